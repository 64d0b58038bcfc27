using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Brig.Runtime.Resources;
using Brig.Runtime.State;

namespace Brig.Runtime.Verbs;

/// <summary>Changes, stops and continues what a container may use.</summary>
public sealed class UpdateContainer
{
    public void Run(RuntimeContainer container, ResourcesSpec resources)
    {
        CgroupResources limits = ResourceMapping.Of(resources);
        Cgroup cgroup = CgroupOf(container);
        if (container.Record.Unit is { } unit)
        {
            SystemdScope.Named(unit).Set(SystemdProperties.Of(limits, CgroupHost.Detect().IsUnified));
        }

        cgroup.Update(resources.Devices is { Count: > 0 } ? limits with { Devices = ResourceMapping.Of(new RuntimeSpec { OciVersion = "", Linux = new LinuxSpec { Resources = resources } }).Devices } : limits);
    }

    /// <summary>Changes shares of caches and of memory bandwidth, each a line of resctrl's schemata.</summary>
    public void RunShares(RuntimeContainer container, IReadOnlyList<string> schemata) => ResourceGroups.Update(container.Record.Id, container.Record.Spec, schemata);

    public void Pause(RuntimeContainer container)
    {
        if (container.Status is not (ContainerStatus.Running or ContainerStatus.Created))
        {
            throw BrigException.Conflict("container not running");
        }

        if (!CgroupOf(container).Freeze(FreezerState.Frozen))
        {
            throw BrigException.Unavailable("the container could not be frozen within five seconds");
        }
    }

    public void Resume(RuntimeContainer container)
    {
        if (container.Status != ContainerStatus.Paused)
        {
            throw BrigException.Conflict("container not paused");
        }

        CgroupOf(container).Freeze(FreezerState.Thawed);
    }

    private static Cgroup CgroupOf(RuntimeContainer container) => container.Cgroup ?? throw BrigException.Unsupported("the container has no cgroup");
}
