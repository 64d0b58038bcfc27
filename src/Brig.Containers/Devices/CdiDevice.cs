namespace Brig.Containers.Devices;

/// <summary>One device of a <see cref="CdiSpec"/>.</summary>
internal sealed record CdiDevice
{
    public required string Name { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public CdiEdits? ContainerEdits { get; init; }
}
