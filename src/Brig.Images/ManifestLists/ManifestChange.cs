namespace Brig.Images.ManifestLists;

/// <summary>What to say of an image in a list in place of what its configuration says; null leaves it.</summary>
public sealed record ManifestChange
{
    public string? Architecture { get; init; }

    public string? Os { get; init; }

    public string? OsVersion { get; init; }

    public string? Variant { get; init; }

    /// <summary>Added to those that are there.</summary>
    public IReadOnlyList<string> OsFeatures { get; init; } = [];
}
