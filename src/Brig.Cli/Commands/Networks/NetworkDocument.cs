using System.Net;
using System.Text.Json.Nodes;
using Brig.Cli.Commands.Containers;
using Brig.Containers;
using Brig.Networks;

namespace Brig.Cli.Commands.Networks;

/// <summary>A network as Docker's <c>inspect</c> shows it.</summary>
internal static class NetworkDocument
{
    internal static JsonObject Of(Network network, Engine engine)
    {
        JsonObject containers = [];
        foreach (NetworkMember member in engine.Networks.Definitions.Members(network))
        {
            containers[member.ContainerId] = new JsonObject
            {
                ["Name"] = engine.TryContainer(member.ContainerId)?.Name ?? "",
                ["EndpointID"] = NetworkInspection.Id(member.ContainerId, network.Id),
                ["MacAddress"] = member.MacAddress,
                ["IPv4Address"] = WithLength(network, member.Address),
                ["IPv6Address"] = WithLength(network, member.Address6),
            };
        }

        return new JsonObject
        {
            ["Name"] = network.Name,
            ["Id"] = network.Id,
            ["Created"] = network.Created == default ? "0001-01-01T00:00:00Z" : Timestamps.Format(network.Created),
            ["Scope"] = "local",
            ["Driver"] = NetworkFilters.DriverName(network),
            ["EnableIPv4"] = network.IPv4,
            ["EnableIPv6"] = network.IPv6,
            ["IPAM"] = new JsonObject
            {
                ["Driver"] = network.IpamDriver,
                ["Options"] = network.IpamOptions.Count == 0 ? null : Map(network.IpamOptions),
                ["Config"] = network.Pools.Count == 0 ? null : new JsonArray([.. network.Pools.Select(Pool)]),
            },
            ["Internal"] = network.Internal,
            ["Attachable"] = network.Attachable,
            ["Ingress"] = false,
            ["ConfigFrom"] = new JsonObject { ["Network"] = network.ConfigFrom },
            ["ConfigOnly"] = network.ConfigOnly,
            ["Containers"] = containers,
            ["Options"] = Map(network.Options),
            ["Labels"] = Map(network.Labels),
        };
    }

    private static JsonObject Pool(AddressPool pool)
    {
        JsonObject document = new() { ["Subnet"] = pool.Subnet };
        if (pool.Range is not null)
        {
            document["IPRange"] = pool.Range;
        }

        document["Gateway"] = pool.GatewayAddress.ToString();
        if (pool.Auxiliary.Count > 0)
        {
            document["AuxiliaryAddresses"] = Map(pool.Auxiliary);
        }

        return document;
    }

    private static string WithLength(Network network, IPAddress? address) =>
        address is null ? "" : $"{address}/{network.Pools.Select(pool => pool.Subnet).FirstOrDefault(subnet => Subnet.TryParse(subnet, out Subnet parsed) && parsed.Contains(address))?.Split('/')[1]}";

    private static JsonObject Map(IReadOnlyDictionary<string, string> pairs) =>
        new(pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
}
