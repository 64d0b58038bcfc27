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

    internal static bool IsOwn(ReadOnlySpan<byte> name) => name.StartsWith("trusted.overlay."u8) || name.StartsWith("user.overlay."u8);

    /// <summary>Whether the name says that a file's content or a directory's entries stand elsewhere, so that the tree alone is not the layer.</summary>
    internal static bool IsRedirection(ReadOnlySpan<byte> name) => name[(name.IndexOf((byte)'.') + 1)..] is var rest
        && (rest.SequenceEqual("overlay.redirect\0"u8) || rest.SequenceEqual("overlay.metacopy\0"u8)) && IsOwn(name);

    internal static void SetOpaque(SafeHandle directory, string shown)
    {
        Errno errno = ExtendedAttributes.Set(directory, s_opaque, "y"u8);
        if (errno == Errno.EPERM)
        {
            // trusted.* needs CAP_SYS_ADMIN over the whole machine; rootless overlays look for user.* (mount option userxattr).
            errno = ExtendedAttributes.Set(directory, s_userOpaque, "y"u8);
        }

        if (errno != Errno.None)
        {
            throw new LinuxException("mark opaque", shown, errno);
        }
    }

    internal static bool IsOpaque(SafeHandle directory) =>
        ExtendedAttributes.Get(directory, s_opaque) is [(byte)'y'] || ExtendedAttributes.Get(directory, s_userOpaque) is [(byte)'y'];
}
