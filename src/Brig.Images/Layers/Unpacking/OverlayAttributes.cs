using System.Runtime.InteropServices;
using Brig.Linux;

namespace Brig.Images.Layers.Unpacking;

/// <summary>
/// The attributes by which overlayfs marks its directories (Documentation/filesystems/overlayfs.rst). They are the store's own:
/// none comes out of an archive and none goes into one.
/// </summary>
internal static class OverlayAttributes
{
    private static readonly byte[] s_opaque = "trusted.overlay.opaque\0"u8.ToArray();
    private static readonly byte[] s_userOpaque = "user.overlay.opaque\0"u8.ToArray();
    private static readonly byte[] s_whiteout = "trusted.overlay.whiteout\0"u8.ToArray();
    private static readonly byte[] s_userWhiteout = "user.overlay.whiteout\0"u8.ToArray();

    internal static bool IsOwn(ReadOnlySpan<byte> name) => name.StartsWith("trusted.overlay."u8) || name.StartsWith("user.overlay."u8);

    /// <summary>Whether the name says that a file's content or a directory's entries stand elsewhere, so that the tree alone is not the layer.</summary>
    internal static bool IsRedirection(ReadOnlySpan<byte> name) => name[(name.IndexOf((byte)'.') + 1)..] is var rest
        && (rest.SequenceEqual("overlay.redirect\0"u8) || rest.SequenceEqual("overlay.metacopy\0"u8)) && IsOwn(name);

    internal static void SetOpaque(SafeHandle directory, string shown) => Mark(directory, "y"u8, shown);

    /// <summary>Says that the directory has whiteouts made by <see cref="MakeFileWhiteout"/>.</summary>
    internal static void AllowFileWhiteouts(SafeHandle directory, string shown) => Mark(directory, "x"u8, shown);

    internal static OverlayDirectory FormOf(SafeHandle directory) => (ExtendedAttributes.Get(directory, s_opaque) ?? ExtendedAttributes.Get(directory, s_userOpaque)) switch
    {
        [(byte)'y'] => OverlayDirectory.Opaque,
        [(byte)'x'] => OverlayDirectory.FileWhiteouts,
        _ => OverlayDirectory.Plain,
    };

    internal static bool IsOpaque(SafeHandle directory) => FormOf(directory) == OverlayDirectory.Opaque;

    /// <summary>Whether a name of a directory of that form hides what lies below.</summary>
    internal static bool IsWhiteout(SafeHandle directory, byte[] name, RawStatus status, OverlayDirectory form) => status.IsWhiteout
        || (form == OverlayDirectory.FileWhiteouts && status is { Type: FileType.Regular, Size: 0 }
            && (ExtendedAttributes.Get(directory, name, s_whiteout) ?? ExtendedAttributes.Get(directory, name, s_userWhiteout)) is not null);

    /// <summary>A whiteout for where devices cannot be made, not even 0:0. Its directory must be marked by <see cref="AllowFileWhiteouts"/>.</summary>
    internal static void MakeFileWhiteout(SafeHandle directory, byte[] name)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle? file = RawFiles.TryOpen(directory, name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0, out Errno errno);
        errno = file is null ? errno : Set(file, s_whiteout, s_userWhiteout, "y"u8);
        if (errno is not (Errno.None or Errno.EEXIST))
        {
            throw new LinuxException("make a whiteout", Tar.TarEntry.Show(name), errno);
        }
    }

    private static void Mark(SafeHandle directory, ReadOnlySpan<byte> value, string shown)
    {
        if (Set(directory, s_opaque, s_userOpaque, value) is not Errno.None and var errno)
        {
            throw new LinuxException("mark opaque", shown, errno);
        }
    }

    /// <summary>trusted.* needs CAP_SYS_ADMIN over the whole machine; rootless overlays look for user.* (mount option userxattr).</summary>
    private static Errno Set(SafeHandle file, byte[] trusted, byte[] user, ReadOnlySpan<byte> value) =>
        ExtendedAttributes.Set(file, trusted, value) is var errno && errno == Errno.EPERM ? ExtendedAttributes.Set(file, user, value) : errno;
}
