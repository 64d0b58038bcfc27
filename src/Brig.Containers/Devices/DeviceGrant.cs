using Brig.Containers.Specifications;

namespace Brig.Containers.Devices;

/// <summary>All that a container gets with the devices it asked for.</summary>
public sealed record DeviceGrant
{
    /// <summary>Each <c>vendor/class=name</c>.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The names whose vendor did not say that any build may have them.</summary>
    public IReadOnlyList<string> Guarded { get; init; } = [];

    /// <summary>Each <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    public IReadOnlyList<DeviceRequest> Nodes { get; init; } = [];

    public IReadOnlyList<MountRequest> Mounts { get; init; } = [];

    public IReadOnlyList<uint> Groups { get; init; } = [];
}
