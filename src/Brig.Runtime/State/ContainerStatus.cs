namespace Brig.Runtime.State;

/// <summary>Where a container is in its life (runtime-spec runtime.md#state; paused is runc's addition).</summary>
public enum ContainerStatus
{
    Creating,
    Created,
    Running,
    Paused,
    Stopped,
}
