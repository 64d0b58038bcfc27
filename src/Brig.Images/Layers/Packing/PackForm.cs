namespace Brig.Images.Layers.Packing;

/// <summary>What a tree is written as.</summary>
internal enum PackForm
{
    /// <summary>A layer: overlayfs's marks become whiteouts by name.</summary>
    Layer,

    /// <summary>The files of a root file system as they show, whatever their names.</summary>
    Plain,
}
