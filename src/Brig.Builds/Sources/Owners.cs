namespace Brig.Builds.Sources;

/// <summary>What a copy without <c>--chown</c> does with the owners of files.</summary>
internal enum Owners
{
    /// <summary>All become root's: the owners of a context are those of somebody's machine.</summary>
    Root,

    /// <summary>They stay, and are part of the content.</summary>
    Kept,
}
