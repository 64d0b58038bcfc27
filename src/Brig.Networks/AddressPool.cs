using System.Net;
using System.Text.Json.Serialization;

namespace Brig.Networks;

/// <summary>A subnet of a network and what of it is for containers. Texts as a person gave them, checked.</summary>
public sealed record AddressPool
{
    public required string Subnet { get; init; }

    /// <summary>Addresses are leased from this part alone.</summary>
    public string? Range { get; init; }

    /// <summary>Null where nobody chose one: the first address.</summary>
    public string? Gateway { get; init; }

    /// <summary>Addresses by name that are others'.</summary>
    public IReadOnlyDictionary<string, string> Auxiliary { get; init; } = new Dictionary<string, string>();

    [JsonIgnore]
    internal Subnet Network => Networks.Subnet.Parse(Subnet);

    /// <summary>The bridge's own address.</summary>
    [JsonIgnore]
    public IPAddress GatewayAddress => Gateway is null ? Network.Gateway : IPAddress.Parse(Gateway);

    /// <summary>What containers route by, unless the network says they have none: the gateway, or the auxiliary address that Docker has a name for.</summary>
    [JsonIgnore]
    internal IPAddress RouteAddress => Auxiliary.TryGetValue(Network.IsIPv6 ? "DefaultGatewayIPv6" : "DefaultGatewayIPv4", out string? other) ? IPAddress.Parse(other) : GatewayAddress;
}
