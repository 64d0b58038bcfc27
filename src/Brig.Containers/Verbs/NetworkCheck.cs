using Brig.Containers.Specifications;
using Brig.Networks;

namespace Brig.Containers.Verbs;

/// <summary>Looks at the networks that a new container is to be in, and refuses what cannot be (semantics.md 79, 86).</summary>
internal sealed class NetworkCheck(Engine engine)
{
    /// <summary>The specification with networks by their names, and the other container, whose network it is to share, by its whole ID.</summary>
    internal ContainerSpecification Run(ContainerSpecification specification)
    {
        if (specification.Network.StartsWith(ContainerSpecification.ContainerNetworkPrefix, StringComparison.Ordinal))
        {
            Container other = Other(specification);
            return specification with { Network = ContainerSpecification.ContainerNetworkPrefix + other.Id.Value, Hostname = other.Specification.Hostname ?? other.Id.Short };
        }

        // The default network needs no look at the database.
        if (specification is { Network: "bridge" or "default" or "none" or "host", Endpoints: null, Links.Count: 0 })
        {
            return specification;
        }

        // A network may be named by its ID: from here on it is by its name.
        List<EndpointRequest> requests = [];
        foreach (EndpointRequest request in specification.EndpointRequests)
        {
            Network network = engine.Networks.Definitions.Find(request.Network);
            EndpointCheck.Run(request, network);
            requests.Add(request with { Network = network.Name });
        }

        if (requests.GroupBy(request => request.Network).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw BrigException.Invalid($"network \"{twice.Key}\" is specified multiple times");
        }

        foreach (string link in specification.Links.Concat(requests.SelectMany(request => request.Links)))
        {
            _ = engine.TryContainer(link.Split(':')[0]) ?? throw BrigException.NotFound($"could not get container for {Oci.Text.Quote(link.Split(':')[0])}");
        }

        return specification with { Endpoints = requests };
    }

    private Container Other(ContainerSpecification specification)
    {
        string? conflict = specification.Hostname is not null ? "hostname"
            : specification.Ports.Count > 0 ? "port publishing"
            : specification.Dns.Count + specification.DnsSearch.Count + specification.DnsOptions.Count > 0 ? "dns options"
            : specification.ExtraHosts.Count > 0 ? "custom host-to-IP mapping"
            : specification.Links.Count > 0 ? "links"
            : null;
        return conflict is null ? engine.Container(specification.Network[ContainerSpecification.ContainerNetworkPrefix.Length..])
            : throw BrigException.Invalid($"conflicting options: {conflict} and the container type network mode");
    }
}
