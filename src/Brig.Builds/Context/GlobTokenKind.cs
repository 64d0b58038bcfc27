namespace Brig.Builds.Context;

internal enum GlobTokenKind
{
    Literal,
    Any,
    Class,

    /// <summary>Any number of characters but slashes.</summary>
    Star,

    /// <summary>A closing <c>**</c>: whatever is left.</summary>
    Rest,

    /// <summary>The way into <see cref="Directories"/>, or past it.</summary>
    EnterDirectories,

    /// <summary><c>**/</c>: one or more directories.</summary>
    Directories,
}
