namespace Brig.Containers;

/// <summary>A running container's place in a network. Texts are empty and lengths 0 for a family that it has no address of.</summary>
public sealed record EndpointState
{
    public required string Network { get; init; }

    public required string NetworkId { get; init; }

    /// <summary>The interface's name in the container.</summary>
    public required string Interface { get; init; }

    public required string MacAddress { get; init; }

    public string Address { get; init; } = "";

    public int PrefixLength { get; init; }

    public string Gateway { get; init; } = "";

    public string Address6 { get; init; } = "";

    public int PrefixLength6 { get; init; }

    public string Gateway6 { get; init; } = "";
}
