namespace Brig.Networks;

/// <summary>A wish for a network, as a person writes it.</summary>
public sealed record NetworkRequest
{
    public required string Name { get; init; }

    public string Driver { get; init; } = "bridge";

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    public bool IPv4 { get; init; } = true;

    public bool IPv6 { get; init; }

    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public string IpamDriver { get; init; } = "default";

    public IReadOnlyDictionary<string, string> IpamOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>To be nothing but settings for other networks.</summary>
    public bool ConfigOnly { get; init; }

    /// <summary>The network whose options, subnets and labels to take; empty for none.</summary>
    public string ConfigFrom { get; init; } = "";

    /// <summary>None takes subnets from the default pools.</summary>
    public IReadOnlyList<AddressPool> Pools { get; init; } = [];
}
