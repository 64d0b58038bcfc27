namespace Brig.Images.Layers.Unpacking;

/// <summary>What overlayfs's mark on a directory says.</summary>
internal enum OverlayDirectory
{
    Plain,

    /// <summary>Nothing of the layers below shows in it.</summary>
    Opaque,

    /// <summary>It may have whiteouts that are empty files with an attribute, since Linux 6.7.</summary>
    FileWhiteouts,
}
