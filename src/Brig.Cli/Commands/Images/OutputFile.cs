using Brig.Cli.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.Commands.Images;

/// <summary>A file that a command writes: under its name once it is whole, never before. What is no regular file (a pipe, a device) is written as it is.</summary>
internal static class OutputFile
{
    private const int BufferSize = 1 << 16;

    /// <summary>Archives are not for eyes.</summary>
    public static void RefuseTerminal(string path)
    {
        if (path.Length == 0 && Terminal.IsTerminal(1))
        {
            throw BrigException.Invalid("cowardly refusing to save to a terminal. Use the -o flag or redirect");
        }
    }

    /// <summary>As <see cref="Write"/>; without a path to standard output.</summary>
    public static void WriteOrStream(string path, Action<Stream> write)
    {
        if (path.Length > 0)
        {
            Write(path, write);
            return;
        }

        using BufferedStream buffered = new(new DescriptorStream(new SafeFileHandle(1, ownsHandle: false)), BufferSize);
        write(buffered);
        buffered.Flush();
    }

    public static void Write(string path, Action<Stream> write)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (Files.TryStat(null, folder) is null)
        {
            throw BrigException.Invalid($"invalid output path: directory \"{Oci.Text.Quote(folder)}\" does not exist");
        }

        // Following links, as the shell's redirection would.
        string target = Files.TryStat(null, path) is { Type: FileType.SymbolicLink } ? File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName : path;
        if (Files.TryStat(null, target) is { Type: not FileType.Regular } other)
        {
            Into(target, other.IsDirectory ? throw BrigException.Invalid($"open {Oci.Text.Quote(path)}: is a directory") : OpenFlags.O_WRONLY, write);
            return;
        }

        string beside = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            Into(beside, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW, write);
            Files.Rename(null, beside, null, target);
        }
        catch
        {
            Files.Unlink(null, beside);
            throw;
        }
    }

    private static void Into(string path, OpenFlags flags, Action<Stream> write)
    {
        const uint Mode = 0x180; // as Docker's client makes it: an image may hold secrets
        using SafeFileHandle file = Files.Open(path, flags, Mode);
        using FileStream stream = new(file, FileAccess.Write, bufferSize: 64 << 10);
        write(stream);
    }
}
