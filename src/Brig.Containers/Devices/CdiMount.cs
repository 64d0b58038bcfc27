namespace Brig.Containers.Devices;

/// <summary>A mount of <see cref="CdiEdits"/>.</summary>
internal sealed record CdiMount
{
    public required string HostPath { get; init; }

    public required string ContainerPath { get; init; }

    /// <summary>Null is a bind.</summary>
    public string? Type { get; init; }

    public IReadOnlyList<string>? Options { get; init; }
}
