namespace Brig.Containers.Devices;

/// <summary>A document of the Container Device Interface (CDI SPEC.md): the devices of one vendor and class, and what a container needs for each.</summary>
internal sealed record CdiSpec
{
    public required string CdiVersion { get; init; }

    /// <summary><c>vendor/class</c>.</summary>
    public required string Kind { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public required IReadOnlyList<CdiDevice> Devices { get; init; }

    /// <summary>For every container that gets any of the devices.</summary>
    public CdiEdits? ContainerEdits { get; init; }
}
