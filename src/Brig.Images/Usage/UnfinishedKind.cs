namespace Brig.Images.Usage;

/// <summary>Where unfinished work lies.</summary>
public enum UnfinishedKind
{
    /// <summary>An entry of <c>staging/</c>.</summary>
    Staging,

    /// <summary>A whole layer that no image has.</summary>
    Layer,

    /// <summary>A whole blob whose layer no image has.</summary>
    Blob,

    /// <summary>The beginning of a blob.</summary>
    Partial,
}
