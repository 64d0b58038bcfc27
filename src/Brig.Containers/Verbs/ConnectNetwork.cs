using Brig.Containers.Monitor;
using Brig.Containers.Specifications;
using Brig.Networks;

namespace Brig.Containers.Verbs;

/// <summary>Puts a container into one more network: at once where it runs, else from its next start on.</summary>
public sealed class ConnectNetwork(Engine engine)
{
    public void Run(Container container, EndpointRequest request)
    {
        Network network = engine.Networks.Definitions.Find(request.Network);
        if (container.Specification.SharesNetwork)
        {
            throw BrigException.Invalid("container sharing network namespace with another container or host cannot be connected to any other network");
        }

        EndpointRequest wish = request with { Network = network.Name };
        EndpointCheck.Run(wish, network);
        if (container.Status == ContainerStatus.Running)
        {
            MonitorQuestion.Ask(engine, container, connection => connection.ConnectNetwork(wish));
            return;
        }

        engine.Database.Transaction(() =>
        {
            ContainerSpecification now = engine.Container(container.Id.Value).Specification;
            if (now.EndpointRequests.Any(other => other.Network == network.Name))
            {
                throw new BrigException(ErrorKind.PermissionDenied, $"endpoint with name {container.Name} already exists in network {network.Name}");
            }

            engine.Table.Respecify(container.Id, now with { Endpoints = [.. now.EndpointRequests, wish] });
        });
    }
}
