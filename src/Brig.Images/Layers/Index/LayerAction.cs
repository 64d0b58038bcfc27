namespace Brig.Images.Layers.Index;

/// <summary>What a layer does to a path.</summary>
public enum LayerAction
{
    /// <summary>Nothing of the layers below showed there.</summary>
    Adds,

    /// <summary>Takes the place of what a layer below had there; of a directory: only its attributes.</summary>
    Overwrites,

    /// <summary>Takes away what the layers below had there, itself or with a directory above it.</summary>
    Hides,
}
