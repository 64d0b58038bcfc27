using System.Globalization;
using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Monitor;

/// <summary>
/// How a container ended, where the database takes no more: on a full disk. The file is written while there is room, and at the end
/// written over, which needs none.
/// </summary>
internal readonly record struct LastWords(int ExitCode, DateTimeOffset At, bool OutOfMemory)
{
    private const int Size = 64;

    /// <summary>Makes room for them.</summary>
    internal static void Prepare(string path)
    {
        using SafeFileHandle file = Files.Open(path, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_NOFOLLOW, 0x180);
        Files.WriteAll(file, Encoding.ASCII.GetBytes(new string('-', Size)));
    }

    internal static LastWords? TryRead(string path) =>
        Files.TryReadText(path)?.Split(' ') is [var code, var at, var memory, ..]
        && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int exitCode)
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)
            ? new LastWords(exitCode, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), memory == "oom")
            : null;

    internal void Write(string path)
    {
        using SafeFileHandle file = Files.Open(path, OpenFlags.O_WRONLY | OpenFlags.O_NOFOLLOW);
        Files.WriteAll(file, Encoding.ASCII.GetBytes($"{ExitCode} {At.ToUnixTimeMilliseconds()} {(OutOfMemory ? "oom" : "-")} ".PadRight(Size, '-')));
    }
}
