namespace Brig.Networks;

/// <summary>A container's wish to be in a network.</summary>
public sealed record EndpointRequest
{
    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Each <c>container[:alias]</c>.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    public string? IPv4Address { get; init; }

    public string? IPv6Address { get; init; }

    public IReadOnlyList<string> LinkLocalAddresses { get; init; } = [];

    public string? MacAddress { get; init; }

    public IReadOnlyDictionary<string, string> DriverOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Of several networks the one with the greatest gives the default route.</summary>
    public int GatewayPriority { get; init; }
}
