using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Sources;

/// <summary>Runs programs of the machine that the builder does not replace: git, xz, bzip2.</summary>
internal static class SystemProgram
{
    private static readonly string[] s_folders = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>The program's path; throws with the package that has it where it is not installed.</summary>
    internal static string Find(string name, string purpose) =>
        s_folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw BrigException.Unavailable($"{purpose} needs the program {name}, which is not installed (install the package that has it, on Debian apt-get install {name switch { "xz" => "xz-utils", var same => same }})");

    internal static bool IsThere(string name) => s_folders.Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>Runs a program to its end. Its output is kept; cancelling kills it.</summary>
    internal static async Task<(int Code, string Output, string Error)> RunAsync(string program, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, CancellationToken token)
    {
        (SafeFileHandle outRead, SafeFileHandle outWrite) = Pipes.Create();
        (SafeFileHandle errorRead, SafeFileHandle errorWrite) = Pipes.Create();
        using (outRead)
        using (errorRead)
        {
            int pid;
            using (outWrite)
            using (errorWrite)
            using (SafeFileHandle nothing = Files.Open("/dev/null", OpenFlags.O_RDWR))
            {
                pid = Processes.Spawn(program, arguments, environment, [nothing, outWrite, errorWrite]);
            }

            using SafeFileHandle? process = Processes.TryOpen(pid);
            await using CancellationTokenRegistration kill = token.Register(() => Kill(process));
            Task<string> output = Task.Run(() => ReadAll(outRead), CancellationToken.None);
            Task<string> error = Task.Run(() => ReadAll(errorRead), CancellationToken.None);
            await Task.WhenAll(output, error);
            int? code;
            while ((code = Processes.TryReap(pid)) is null)
            {
                await Task.Delay(2, CancellationToken.None);
            }

            token.ThrowIfCancellationRequested();
            return (code.Value, await output, await error);
        }
    }

    /// <summary>A stream of what a program makes of a file on its standard input. Disposing it ends the program.</summary>
    internal static Stream Filter(string program, IReadOnlyList<string> arguments, SafeFileHandle input)
    {
        (SafeFileHandle read, SafeFileHandle write) = Pipes.Create();
        using (write)
        using (SafeFileHandle nothing = Files.Open("/dev/null", OpenFlags.O_RDWR))
        {
            int pid = Processes.Spawn(program, arguments, [], [input, write, nothing]);
            return new FilterStream(read, pid);
        }
    }

    private static void Kill(SafeFileHandle? process)
    {
        if (process is not null)
        {
            Processes.Signal(process, Signals.SIGKILL);
        }
    }

    private static string ReadAll(SafeFileHandle file)
    {
        const int limit = 4 << 20;
        StringBuilder text = new();
        byte[] buffer = new byte[16 << 10];
        for (int got; (got = Files.Read(file, buffer)) > 0;)
        {
            if (text.Length < limit)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, got));
            }
        }

        return text.ToString();
    }
}
