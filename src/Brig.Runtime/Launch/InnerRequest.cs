using Brig.Oci.Runtime;

namespace Brig.Runtime.Launch;

/// <summary>What the program inside a user namespace is to launch; descriptors by the numbers that they have there too.</summary>
internal sealed record InnerRequest
{
    public required RuntimeSpec Spec { get; init; }

    public required int Root { get; init; }

    public string? RootPath { get; init; }

    public string? Bundle { get; init; }

    public required int Go { get; init; }

    public required int Report { get; init; }

    public uint Umask { get; init; }

    public int Preserved { get; init; }

    /// <summary>The <see cref="LaunchOptions"/> as a number.</summary>
    public int Options { get; init; }

    /// <summary>Destinations of mounts whose trees follow as descriptors, in this order.</summary>
    public required IReadOnlyList<string> Trees { get; init; }
}
