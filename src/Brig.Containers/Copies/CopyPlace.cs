using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Copies;

/// <summary>A path of one side of a copy. With a root it is the container's: links and <c>..</c> stay below that.</summary>
internal sealed record CopyPlace(SafeFileHandle? Root, string Path)
{
    /// <summary>What is meant is what the directory holds, not the directory: <c>/dir/.</c></summary>
    internal bool IsContent => Path is "." or "/" or "" || Path.EndsWith("/.", StringComparison.Ordinal);

    /// <summary>Only a directory can be meant.</summary>
    internal bool EndsInSlash => Path.EndsWith('/') || IsContent;

    /// <summary>The last name; empty for the root.</summary>
    internal string Name => System.IO.Path.GetFileName(Trimmed);

    /// <summary>The directory that has the name.</summary>
    internal CopyPlace Parent => this with { Path = System.IO.Path.GetDirectoryName(Trimmed) is { Length: > 0 } parent ? parent : Trimmed.StartsWith('/') ? "/" : "." };

    private string Trimmed => Path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/";

    /// <summary>Null where it is not there; throws where it cannot be opened.</summary>
    internal SafeFileHandle? TryOpen(OpenFlags flags)
    {
        SafeFileHandle? file = Root is null
            ? Files.TryOpenAt(null, Path.Length == 0 ? "." : Path, flags, 0, out Errno errno)
            : Files.TryOpenIn(Root, Path.Length == 0 ? "/" : Path, flags, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out errno);
        return file is not null || errno is Errno.ENOENT or Errno.ENOTDIR ? file : throw new LinuxException("open", Path, errno);
    }
}
