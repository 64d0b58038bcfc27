using Brig.Containers.Monitor;
using Brig.Containers.Specifications;
using Brig.Networks;

namespace Brig.Containers.Verbs;

/// <summary>Takes a container out of a network: at once where it runs, else from its next start on.</summary>
public sealed class DisconnectNetwork(Engine engine)
{
    public void Run(Container container, Network network)
    {
        if (network.Driver == NetworkDriver.Host)
        {
            throw BrigException.Invalid("cannot disconnect container from host network - container was created in host network mode");
        }

        if (container.Status == ContainerStatus.Running)
        {
            MonitorQuestion.Ask(engine, container, connection => connection.DisconnectNetwork(network.Id));
            return;
        }

        engine.Database.Transaction(() =>
        {
            ContainerSpecification now = engine.Container(container.Id.Value).Specification;
            List<EndpointRequest> rest = [.. now.EndpointRequests.Where(request => engine.Networks.Definitions.TryFind(request.Network)?.Id != network.Id && request.Network != network.Name)];
            if (rest.Count == now.EndpointRequests.Count)
            {
                throw new BrigException(ErrorKind.PermissionDenied, $"container {container.Id} is not connected to network {network.Name}");
            }

            engine.Table.Respecify(container.Id, now with { Endpoints = rest });
        });
    }
}
