using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.Commands.Images;

/// <summary>What a command reads: a file, or standard input.</summary>
internal static class InputFile
{
    /// <param name="path">Empty or <c>-</c> is standard input.</param>
    public static FileStream Open(string path)
    {
        if (path is "" or "-")
        {
            return new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BrigException(ErrorKind.NotFound, $"open {Oci.Text.Quote(path)}: no such file or directory", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new BrigException(ErrorKind.InvalidArgument, Directory.Exists(path) ? $"read {Oci.Text.Quote(path)}: is a directory" : $"open {Oci.Text.Quote(path)}: permission denied", error);
        }
    }
}
