namespace Brig.Images;

/// <summary>How closely a check looks at content.</summary>
public enum CheckDepth
{
    /// <summary>
    /// Everything but content: that each path is there with its size, times, owner, mode and attributes. What somebody changed shows in the
    /// times; what a disk changed does not. Costs a walk of the trees.
    /// </summary>
    Quick,

    /// <summary>Reads every blob and every file of every layer.</summary>
    Full,
}
