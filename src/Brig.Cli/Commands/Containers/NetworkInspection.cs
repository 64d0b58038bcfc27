using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Brig.Containers;
using Brig.Networks;

namespace Brig.Cli.Commands.Containers;

/// <summary>A container's networks as Docker's <c>inspect</c> shows them.</summary>
internal static class NetworkInspection
{
    internal static JsonObject Settings(Container container)
    {
        EndpointState? main = container.State.Endpoints.FirstOrDefault(endpoint => endpoint.Network == Network.DefaultName);
        JsonObject networks = [];
        foreach (EndpointRequest request in container.Specification.EndpointRequests)
        {
            networks[request.Network] = Endpoint(container, request, container.State.Endpoints.FirstOrDefault(endpoint => endpoint.Network == request.Network || endpoint.NetworkId.StartsWith(request.Network, StringComparison.Ordinal)));
        }

        if (networks.Count == 0 && container.Specification.Network is "host" or "none")
        {
            networks[container.Specification.Network] = Endpoint(container, new EndpointRequest { Network = container.Specification.Network }, null);
        }

        return new JsonObject
        {
            ["SandboxID"] = container.Status == ContainerStatus.Running ? Id(container.Id.Value, "sandbox") : "",
            ["SandboxKey"] = container.State.Pid == 0 ? "" : $"/proc/{container.State.Pid}/ns/net",
            ["Ports"] = Ports(container),
            ["Bridge"] = "",
            ["EndpointID"] = main is null ? "" : Id(container.Id.Value, main.NetworkId),
            ["IPAddress"] = main?.Address ?? "",
            ["IPPrefixLen"] = main?.PrefixLength ?? 0,
            ["Gateway"] = main?.Gateway ?? "",
            ["GlobalIPv6Address"] = main?.Address6 ?? "",
            ["GlobalIPv6PrefixLen"] = main?.PrefixLength6 ?? 0,
            ["IPv6Gateway"] = main?.Gateway6 ?? "",
            ["MacAddress"] = main?.MacAddress ?? "",
            ["Networks"] = networks,
        };
    }

    /// <summary>64 digits that stay the same for a container in a network.</summary>
    internal static string Id(string container, string network) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(container + network)));

    private static JsonObject Endpoint(Container container, EndpointRequest request, EndpointState? state) => new()
    {
        ["IPAMConfig"] = Wishes(request),
        ["Links"] = Texts(request.Links),
        ["Aliases"] = Texts(request.Aliases),
        ["DriverOpts"] = request.DriverOptions.Count == 0 ? null : new JsonObject(request.DriverOptions.Select(option => KeyValuePair.Create<string, JsonNode?>(option.Key, option.Value))),
        ["GwPriority"] = request.GatewayPriority,
        ["NetworkID"] = state?.NetworkId ?? "",
        ["EndpointID"] = state is null ? "" : Id(container.Id.Value, state.NetworkId),
        ["Gateway"] = state?.Gateway ?? "",
        ["IPAddress"] = state?.Address ?? "",
        ["MacAddress"] = state?.MacAddress ?? request.MacAddress ?? "",
        ["IPPrefixLen"] = state?.PrefixLength ?? 0,
        ["IPv6Gateway"] = state?.Gateway6 ?? "",
        ["GlobalIPv6Address"] = state?.Address6 ?? "",
        ["GlobalIPv6PrefixLen"] = state?.PrefixLength6 ?? 0,
        ["DNSNames"] = request.Network == Network.DefaultName ? null : Texts([.. new[] { container.Name }.Concat(request.Aliases).Append(container.Id.Short).Append(container.Specification.Hostname ?? container.Id.Short).Distinct()]),
    };

    /// <summary>The addresses that were asked for; null where none was.</summary>
    private static JsonObject? Wishes(EndpointRequest request)
    {
        JsonObject wishes = [];
        foreach ((string name, JsonNode? value) in ((string, JsonNode?)[])[("IPv4Address", request.IPv4Address), ("IPv6Address", request.IPv6Address), ("LinkLocalIPs", Texts(request.LinkLocalAddresses))])
        {
            if (value is not null)
            {
                wishes[name] = value;
            }
        }

        return wishes.Count == 0 ? null : wishes;
    }

    private static JsonObject Ports(Container container)
    {
        JsonObject ports = [];
        foreach (string exposed in container.Status == ContainerStatus.Running ? container.Specification.ExposedPorts : [])
        {
            ports[exposed] = null;
        }

        foreach (IGrouping<string, PortState> group in container.State.Ports.GroupBy(port => $"{port.ContainerPort}/{port.Protocol}"))
        {
            ports[group.Key] = new JsonArray([.. group.Select(port => new JsonObject { ["HostIp"] = port.HostAddress, ["HostPort"] = port.HostPort == 0 ? "" : port.HostPort.ToString() })]);
        }

        return ports;
    }

    private static JsonArray? Texts(IReadOnlyList<string> texts) => texts.Count == 0 ? null : new([.. texts.Select(text => (JsonNode?)text)]);
}
