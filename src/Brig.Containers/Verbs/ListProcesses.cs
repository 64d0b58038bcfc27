using Brig.Linux;

namespace Brig.Containers.Verbs;

/// <summary>Finds the processes of a running container, as the host numbers them.</summary>
public sealed class ListProcesses(Engine engine)
{
    public IReadOnlySet<int> Run(Container container) => container.Status == ContainerStatus.Running
        ? CgroupHost.Detect().Open(new ContainerFiles(engine.Root, container.Id).Cgroup).Processes()
        : throw BrigException.Conflict($"container {container.Id} is not running");
}
