using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Archives;

/// <summary>What an imported image is called and made of besides its one layer.</summary>
public sealed record ImportOptions
{
    public ImageReference? Tag { get; init; }

    /// <summary>The history's comment; <c>Imported from SOURCE</c> where it is not given.</summary>
    public string? Message { get; init; }

    /// <summary>Where the tar came from, as the user wrote it: <c>-</c>, a file, a URL.</summary>
    public string Source { get; init; } = "-";

    public ExecutionConfig Config { get; init; } = new();

    public Platform Platform { get; init; } = Platform.Host;
}
