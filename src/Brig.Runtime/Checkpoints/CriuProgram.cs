using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Checkpoints;

/// <summary>
/// CRIU, started for one request and asked over a socket (its <c>swrk</c> mode). It runs in a mount namespace of its own, where the
/// container's root is a mount, as it wants it to be, which nobody else sees and which is gone with it.
/// </summary>
internal sealed class CriuProgram : IDisposable
{
    private const int LargestMessage = 256 << 10;

    private readonly SafeFileHandle _socket;
    private readonly string _log;
    private BrigException? _problem;
    private bool _ended;

    private CriuProgram(int pid, SafeFileHandle socket, string log, int images, int work) => (Pid, _socket, _log, Images, Work) = (pid, socket, log, images, work);

    internal int Pid { get; }

    /// <summary>The number that the folder of the images has in it.</summary>
    internal int Images { get; }

    /// <summary>The number that the folder for its work has in it.</summary>
    internal int Work { get; }

    /// <summary>Starts it.</summary>
    /// <param name="flags">Its folders, which are there.</param>
    /// <param name="root">The container's root file system.</param>
    /// <param name="inherited">Descriptors that it gets as its own, from number <see cref="FirstInherited"/> on.</param>
    /// <param name="log">The name of its log, to tell of.</param>
    internal static CriuProgram Start(CriuFlags flags, string root, IReadOnlyList<SafeFileHandle> inherited, string log)
    {
        string program = Find();
        (SafeFileHandle own, SafeFileHandle other) = UnixSockets.PacketPair();
        using (own)
        {
            int pid;
            using (other)
            using (SafeFileHandle input = new(0, ownsHandle: false), output = new(1, ownsHandle: false), error = new(2, ownsHandle: false))
            {
                pid = Processes.Spawn("/proc/self/exe", ["brig", "oci-criu", program, root, flags.ImagePath, flags.WorkPath], Variables(), [input, output, error, other, .. inherited]);
            }

            Span<byte> said = stackalloc byte[1024];
            (int count, SafeFileHandle? socket) = UnixSockets.ReceiveDescriptor(own, said);
            string words = System.Text.Encoding.UTF8.GetString(said[..count]);
            if (socket is null)
            {
                Processes.Wait(pid);
                throw new BrigException(ErrorKind.Internal, $"criu: {(count == 0 ? "it could not be started" : Oci.Text.Quote(words))}");
            }

            string[] numbers = words.Split(' ');
            return new CriuProgram(pid, socket, Path.Combine(flags.WorkPath, log), int.Parse(numbers[0]), int.Parse(numbers[1]));
        }
    }

    internal const int FirstInherited = 4;

    /// <summary>The caller's, some of which are CRIU's, and where to look for programs.</summary>
    private static string[] Variables() =>
        [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Where(pair => (string)pair.Key != "PATH").Select(pair => $"{pair.Key}={pair.Value}"), "PATH=" + SearchPath];

    private static string SearchPath => Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Sends the request and answers CRIU at each of its points; returns once it has done what it was asked.</summary>
    /// <param name="request">The request.</param>
    /// <param name="at">Does what is due at a point, given its name, the process that it concerns, and a descriptor where one came along, which is its own from then on.</param>
    internal CriuAnswer Run(ProtobufWriter request, Action<string, int, SafeFileHandle?> at)
    {
        Files.WriteAll(_socket, request.ToArray());
        byte[] buffer = new byte[LargestMessage];
        while (true)
        {
            (int count, SafeFileHandle? descriptor) = UnixSockets.ReceiveDescriptor(_socket, buffer);
            if (count == 0)
            {
                throw _problem ?? Failure("it ended without an answer");
            }

            CriuAnswer answer = CriuAnswer.Parse(buffer.AsSpan(0, count));
            if (answer.Type != CriuRequestType.Notify)
            {
                return answer.Success ? answer : throw _problem ?? Failure($"type {answer.Type.ToString().ToUpperInvariant()} errno {answer.Errno}");
            }

            bool done = Try(() => at(answer.Script, answer.Pid, descriptor));
            Files.WriteAll(_socket, new ProtobufWriter().Add(1, (long)CriuRequestType.Notify).Add(3, done ? 1 : 0).ToArray());
        }
    }

    public void Dispose()
    {
        _socket.Dispose(); // it ends when nobody asks any more
        if (!_ended)
        {
            _ended = true;
            Processes.Wait(Pid);
        }
    }

    private bool Try(Action step)
    {
        try
        {
            step();
            return true;
        }
        catch (Exception error) when (error is BrigException or LinuxException)
        {
            // Told once CRIU has taken back what it made.
            _problem = error as BrigException ?? new BrigException(ErrorKind.Internal, error.Message, error);
            return false;
        }
    }

    private BrigException Failure(string what)
    {
        // The first that it tells of its own: programs that it tried to run may be missing without harm, and the last is only that it gave up.
        const string Mark = "Error (", Programs = "Error (criu/util.c";
        const int Limit = 64 << 20;
        string[] errors = [.. (Files.TryReadText(_log, Limit) ?? "").Split('\n').Where(text => text.Contains(Mark, StringComparison.Ordinal))];
        string? line = errors.FirstOrDefault(text => !text.Contains(Programs, StringComparison.Ordinal)) ?? errors.FirstOrDefault();
        string reason = line is null ? "" : $": {Oci.Text.Quote(line[line.IndexOf(Mark, StringComparison.Ordinal)..].Trim())}";
        return new BrigException(ErrorKind.Internal, $"criu failed: {what}{reason} (log file: {_log})");
    }

    /// <summary>Whether a program is where CRIU looks for those that it needs.</summary>
    internal static bool Has(string program) => Find(program) is not null;

    private static string? Find(string program) =>
        SearchPath.Split(':').Where(folder => folder.StartsWith('/')).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string Find() => Find("criu")
        ?? throw BrigException.Unsupported("criu: executable file not found in $PATH (checkpoints need the package criu)");
}
