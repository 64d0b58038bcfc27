namespace Brig.Images.ManifestLists;

/// <summary>What to do where a list of the name is there already.</summary>
public enum ExistingList
{
    Refuse,

    /// <summary>Adds to it; an image that it has is taken anew.</summary>
    Amend,
}
