using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Brig.Runtime.Verbs;

namespace Brig.Runtime.Resources;

/// <summary>The cgroup of a container while it is created: made by the runtime itself, or by systemd once there is a process to put into it.</summary>
internal sealed class ContainerCgroup
{
    internal const string Parent = "brig-oci";

    private readonly RuntimeSpec _spec;
    private readonly SystemdScope? _scope;

    private ContainerCgroup(RuntimeSpec spec, Cgroup? cgroup, SystemdScope? scope) => (_spec, Cgroup, _scope) = (spec, cgroup, scope);

    /// <summary>Null where the machine has no cgroups or lets nobody make one.</summary>
    internal Cgroup? Cgroup { get; private set; }

    /// <summary>The systemd unit; null without systemd.</summary>
    internal string? Unit => _scope?.Name;

    internal static ContainerCgroup Create(string id, RuntimeSpec spec, RuntimeSettings settings)
    {
        CgroupHost host = CgroupHost.Detect();
        if (settings.SystemdCgroup)
        {
            return new(spec, null, SystemdScope.Parse(id, spec.Linux?.CgroupsPath));
        }

        string name = spec.Linux?.CgroupsPath?.Trim('/') is { Length: > 0 } path ? path : $"{Parent}/{id}";
        if (host.Hierarchies.Count == 0)
        {
            return new(spec, null, null);
        }

        Cgroup cgroup = host.Open(name);
        if (cgroup.Exists && cgroup.AllProcesses().Count > 0)
        {
            // A second container there would share its limits and be killed with it (config-linux.md#control-groups).
            if (cgroup.IsFrozen)
            {
                throw BrigException.Conflict($"linux.cgroupsPath: cgroup {name} is frozen");
            }

            throw BrigException.Conflict($"linux.cgroupsPath: container's cgroup {name} is not empty: {cgroup.AllProcesses().Count} process(es) found");
        }

        try
        {
            return new(spec, host.Create(name, ResourceMapping.Of(spec)), null);
        }
        catch (LinuxException error) when (Processes.UserId != 0 && error.Errno is Errno.EACCES or Errno.EPERM or Errno.EROFS && spec.Linux?.Resources is null or { Memory: null, Cpu: null, Pids: null })
        {
            return new(spec, null, null); // without root there may be no cgroup to be had; nothing was to be limited
        }
    }

    /// <summary>Has systemd take the process into its scope, and sets the limits there.</summary>
    internal void Place(int pid)
    {
        if (_scope is not null)
        {
            CgroupHost host = CgroupHost.Detect();
            CgroupResources resources = ResourceMapping.Of(_spec);
            Cgroup = host.Open(_scope.Start(pid, _spec, SystemdProperties.Of(resources, host.IsUnified)));
            Cgroup.Update(resources);
        }
    }

    internal void Remove()
    {
        if (Cgroup is null)
        {
            return; // a scope that systemd did not make, or that ends with its process
        }

        if (_scope is not null)
        {
            _scope.Stop();
        }
        else
        {
            CgroupEnd.Run(Cgroup);
        }
    }
}
