namespace Brig.Images.Usage;

/// <summary>What becomes of unfinished work.</summary>
public enum UnfinishedState
{
    /// <summary>Somebody is at work on it, or may be.</summary>
    Held,

    /// <summary>The next pull goes on with it.</summary>
    Kept,

    /// <summary>Nobody's: whoever comes by removes it.</summary>
    Abandoned,
}
