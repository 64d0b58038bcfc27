using Brig.Containers.Specifications;

namespace Brig.Containers;

/// <summary>A container as the database has it.</summary>
public sealed record Container(ContainerId Id, string Name, DateTimeOffset Created, ContainerSpecification Specification, ContainerStatus Status, ContainerState State)
{
    /// <summary>Whether its monitor lives; a container that says it runs and has none is to be settled.</summary>
    public bool HasMonitor => State.Monitor is { IsAlive: true };
}
