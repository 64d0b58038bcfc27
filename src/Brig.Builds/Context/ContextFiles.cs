using System.Text;
using Brig.Builds.Dockerfiles;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Context;

/// <summary>Finds the Dockerfile and the <c>.dockerignore</c> that belong to a context.</summary>
internal static class ContextFiles
{
    private const int IgnoreLimit = 4 << 20;

    /// <summary>The path of the Dockerfile: the one named, else <c>Dockerfile</c> or <c>dockerfile</c> in the context.</summary>
    internal static string DockerfileOf(string contextDirectory, string? named)
    {
        if (named is not null)
        {
            return Path.GetFullPath(named);
        }

        string usual = Path.Combine(contextDirectory, "Dockerfile");
        string lower = Path.Combine(contextDirectory, "dockerfile");
        return Files.TryStat(null, usual) is null && Files.TryStat(null, lower) is not null ? lower : usual;
    }

    internal static string ReadDockerfile(string path) => Read(path, Dockerfile.SizeLimit)
        ?? throw BrigException.NotFound($"failed to read dockerfile: open {path}: no such file or directory");

    internal static BuildContext Open(string directory, string dockerfile)
    {
        SafeFileHandle root = Files.TryOpenAt(null, directory, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out Errno errno)
            ?? throw BrigException.NotFound(errno == Errno.ENOTDIR
                ? $"unable to prepare context: {directory} is not a directory"
                : $"unable to prepare context: path \"{directory}\" not found ({LinuxException.Reason(errno)})");
        try
        {
            return new BuildContext(root, IgnoredIn(directory, dockerfile));
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    private static IgnoreRules IgnoredIn(string directory, string dockerfile)
    {
        foreach (string path in (ReadOnlySpan<string>)[dockerfile + ".dockerignore", Path.Combine(directory, ".dockerignore")])
        {
            if (Read(path, IgnoreLimit) is { } text)
            {
                return IgnoreRules.Parse(text, Path.GetFileName(path));
            }
        }

        return IgnoreRules.None;
    }

    private static string? Read(string path, int limit)
    {
        using SafeFileHandle? file = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK, 0, out Errno errno);
        if (file is null)
        {
            return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw new LinuxException("open", path, errno);
        }

        try
        {
            return Encoding.UTF8.GetString(Files.ReadAll(file, limit));
        }
        catch (LinuxException error) when (error.Errno == Errno.EFBIG)
        {
            throw BrigException.Invalid($"{path}: larger than {limit >> 20} MiB");
        }
    }
}
