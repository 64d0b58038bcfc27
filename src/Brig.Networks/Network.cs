using System.Net.Sockets;
using System.Text.Json.Serialization;

namespace Brig.Networks;

/// <summary>A network as it was defined. Its bridge and rules are there while a container is in it.</summary>
public sealed record Network
{
    /// <summary>64 hexadecimal digits.</summary>
    [JsonIgnore]
    public string Id { get; init; } = "";

    [JsonIgnore]
    public string Name { get; init; } = "";

    [JsonIgnore]
    public DateTimeOffset Created { get; init; }

    /// <summary>The link of the host that comes with the first container: the bridge, or the VLAN that a macvlan or ipvlan lies over; empty for a network that needs none.</summary>
    [JsonIgnore]
    public string Bridge { get; init; } = "";

    public NetworkDriver Driver { get; init; }

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    public bool IPv4 { get; init; } = true;

    public bool IPv6 { get; init; }

    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public string IpamDriver { get; init; } = "default";

    public IReadOnlyDictionary<string, string> IpamOptions { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<AddressPool> Pools { get; init; } = [];

    /// <summary>Whether a person chose its subnets; only then may containers ask for an address.</summary>
    public bool HasChosenSubnets { get; init; }

    /// <summary>Whether it is nothing but settings for other networks: no container can be in it, and its subnets are nobody's.</summary>
    public bool ConfigOnly { get; init; }

    /// <summary>The network whose settings were taken; empty where there was none.</summary>
    public string ConfigFrom { get; init; } = "";

    /// <summary>Bridge, host and none are there without anybody having made them.</summary>
    [JsonIgnore]
    public bool IsPredefined => Name is DefaultName or "host" or "none";

    /// <summary>The one that containers are in when nothing is said.</summary>
    [JsonIgnore]
    public bool IsDefault => Name == DefaultName;

    /// <summary>Whether containers in it know each other by name.</summary>
    [JsonIgnore]
    public bool HasNames => !IsPredefined;

    public const string DefaultName = "bridge";

    /// <summary>Whether its containers are ports of a bridge. Those of a macvlan or ipvlan that reaches nothing outside are too: a bridge without address is such a place.</summary>
    internal bool IsBridged => Driver == NetworkDriver.Bridge || (Internal && Driver is (NetworkDriver.Macvlan or NetworkDriver.Ipvlan));

    internal AddressPool? PoolOf(AddressFamily family) => Pools.FirstOrDefault(pool => pool.Network.Family == family);
}
