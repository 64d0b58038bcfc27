namespace Brig.Containers;

/// <summary>Where a container is in its life, in Docker's words.</summary>
public enum ContainerStatus
{
    Created,
    Running,
    Exited,
    Removing,
}
