using Brig.Containers.Specifications;

namespace Brig.Containers;

/// <summary>A container as the database has it.</summary>
public sealed record Container(ContainerId Id, string Name, DateTimeOffset Created, ContainerSpecification Specification, ContainerStatus Status, ContainerState State)
{
    /// <summary>Whether its monitor lives; where one is written down and does not, the container is to be settled.</summary>
    public bool HasMonitor => State.Monitor is { IsAlive: true };

    /// <summary>It has a monitor that is at work on its start.</summary>
    public bool IsStarting => Status != ContainerStatus.Running && HasMonitor;
}
