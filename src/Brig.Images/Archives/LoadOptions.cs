using Brig.Oci;

namespace Brig.Images.Archives;

/// <summary>Which images of an archive are loaded.</summary>
public sealed record LoadOptions
{
    /// <summary>Those that an index in the archive is read for, the first that it has; all where <see cref="OnlyThese"/> is set.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [Platform.Host];

    /// <summary>Refuses an archive without an image for any of the platforms; otherwise an image that stands alone is loaded whatever it is for.</summary>
    public bool OnlyThese { get; init; }
}
