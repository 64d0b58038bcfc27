using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers.Unpacking;

/// <summary>A directory as overlayfs would show it: the layers' directories of that path that make it up, topmost first.</summary>
/// <param name="Upper">The part of the layer that is being unpacked; null where it has none.</param>
internal sealed record MergedDirectory(byte[] Name, IReadOnlyList<SafeFileHandle> Parts, SafeFileHandle? Upper);
