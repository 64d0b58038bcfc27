using System.Globalization;
using System.Runtime.InteropServices;
using Brig.Images.Layers;
using Brig.Images.Registry;
using Brig.Images.Tests.Comparison;
using Brig.Images.Transfers;
using Brig.Oci;
using Brig.State;
using Xunit.Runner.InProc.SystemConsole;

namespace Brig.Images.Tests.Support;

/// <summary>
/// Runs the tests; or is a process that tests need: <c>pull ROOT REFERENCE</c>, killed in the middle of it; <c>unpack ROOT MODE TAR…</c>, in a user
/// namespace; or, by hand, <c>fuzz ROUNDS SEED</c>, <c>fuzz-registry</c>, <c>fuzz-archive</c> and <c>compare ROOT IMAGE DIRECTORY</c>.
/// </summary>
internal static partial class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["fuzz", var rounds, var seed]:
                Layers.FuzzTests.Run(int.Parse(seed, CultureInfo.InvariantCulture), int.Parse(rounds, CultureInfo.InvariantCulture));
                return 0;
            case ["fuzz-registry", var rounds, var seed]:
                await Transfers.FuzzTests.RunRegistryAsync(int.Parse(seed, CultureInfo.InvariantCulture), int.Parse(rounds, CultureInfo.InvariantCulture));
                return 0;
            case ["fuzz-archive", var rounds, var seed]:
                await Transfers.FuzzTests.RunArchiveAsync(int.Parse(seed, CultureInfo.InvariantCulture), int.Parse(rounds, CultureInfo.InvariantCulture));
                return 0;
            case ["compare", var folder, var name, var directory]:
                return Compare(folder, name, directory);
            case ["unpack", var store, var mode, .. var archives]:
                return Unpack(store, mode, archives);
        }

        if (args is not ["pull", var root, var reference])
        {
            return await ConsoleRunner.Run(args);
        }

        using TestStore test = new(root);
        using Registries registries = new(_ => null, new RegistryTimeouts());
        Console.WriteLine("ready");
        await new ImagePuller(test.Store, registries).PullAsync(ImageReference.Parse(reference), PullScope.Of(Platform.Host), Silent.Instance, default);
        Console.WriteLine("done");
        return 0;
    }

    /// <summary>Compares what an image of a root shows with a directory; prints what differs.</summary>
    private static int Compare(string folder, string name, string directory)
    {
        StateRoot root = new(folder, Path.Combine(folder, "run"));
        using Database database = Database.Open(root);
        ImageStore store = new(root, database, new LayerStore(root), TimeProvider.System);
        using Microsoft.Win32.SafeHandles.SafeFileHandle view = Brig.Linux.Mounts.Overlay(store.LowersOf(store.Get(name)), null, null);
        TreeListing ours = TreeListing.Of(view), theirs = TreeListing.Of(directory);
        string differences = ours.Differences(theirs, "brig", "other");
        Console.WriteLine(differences.Length > 0 ? differences : $"{ours.Lines.Count} paths are the same");
        return differences.Length > 0 ? 1 : 0;
    }

    /// <summary>Unpacks layers, lowest first, and prints the directory of each.</summary>
    private static int Unpack(string folder, string mode, string[] archives)
    {
        if (mode == "no-devices")
        {
            ForbidDevices();
        }

        StateRoot root = new(Path.Combine(folder, "root"), Path.Combine(folder, "run"));
        root.Create();
        LayerStore store = new(root);
        List<string> lowers = [];
        try
        {
            foreach (string archive in archives)
            {
                using FileStream tar = File.OpenRead(archive);
                lowers.Insert(0, store.PathOf(store.Ingest(tar, null, () => lowers, CancellationToken.None).DiffId));
                Console.WriteLine(lowers[0]);
            }

            return 0;
        }
        catch (BrigException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    /// <summary>mknodat(2) answers EPERM from here on, as it does where 0:0 devices are not allowed either.</summary>
    private static unsafe void ForbidDevices()
    {
        const int PR_SET_SECCOMP = 22, PR_SET_NO_NEW_PRIVS = 38, SECCOMP_MODE_FILTER = 2, EPERM = 1;
        uint mknodat = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 259u : 33u;

        // ld nr; jeq mknodat ? errno EPERM : allow (man 2 seccomp)
        ulong* filter = stackalloc ulong[] { Instruction(0x20, 0, 0, 0), Instruction(0x15, 0, 1, mknodat), Instruction(0x06, 0, 0, 0x50000 | EPERM), Instruction(0x06, 0, 0, 0x7FFF0000) };
        Program4 program = new() { Length = 4, Filter = filter };
        if (Prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || Prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (nint)(&program), 0, 0) != 0)
        {
            throw new InvalidOperationException("prctl: " + Marshal.GetLastPInvokeErrorMessage());
        }

        static ulong Instruction(ushort code, byte yes, byte no, uint value) => code | ((ulong)yes << 16) | ((ulong)no << 24) | ((ulong)value << 32);
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Prctl(int option, nint a, nint b, nint c, nint d);

    /// <summary>struct sock_fprog</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Program4
    {
        internal ushort Length;
        internal ulong* Filter;
    }
}
