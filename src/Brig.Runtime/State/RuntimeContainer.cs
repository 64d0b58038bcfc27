using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.State;

/// <summary>A container that was created: its record, and what the kernel says of it now.</summary>
public sealed class RuntimeContainer(ContainerFolder folder, ContainerRecord record)
{
    public ContainerFolder Folder { get; } = folder;

    public ContainerRecord Record { get; } = record;

    /// <summary>Null where it has none of its own.</summary>
    public Cgroup? Cgroup { get; } = record.Cgroup is { } name ? CgroupHost.Detect().Open(name) : null;

    public ContainerStatus Status =>
        Record.Init is not { } init ? ContainerStatus.Creating
        : !init.IsAlive ? ContainerStatus.Stopped
        : Cgroup is { IsFrozen: true } ? ContainerStatus.Paused
        : Folder.HasGate ? ContainerStatus.Created
        : ContainerStatus.Running;

    public string StatusWord => Status.ToString().ToLowerInvariant();

    /// <summary>A pidfd of the first process; throws in runc's words where it has ended.</summary>
    public SafeFileHandle OpenInit()
    {
        // Opened first, looked at then: what was opened cannot become another process any more.
        SafeFileHandle? process = Record.Init is { } init ? Processes.TryOpen(init.Pid) : null;
        if (process is null || !Record.Init!.Value.IsAlive)
        {
            process?.Dispose();
            throw BrigException.Conflict("container not running");
        }

        return process;
    }

    /// <summary>As hooks get it.</summary>
    /// <param name="pid">As whoever reads it numbers it.</param>
    public StateSpec State(string status, int pid) => new()
    {
        OciVersion = Record.OciVersion,
        Id = Record.Id,
        Status = status,
        Pid = pid,
        Bundle = Record.Bundle,
        Annotations = Record.Annotations,
    };

    /// <summary>As callers get it.</summary>
    public StateAnswer Answer()
    {
        ContainerStatus status = Status;
        return new StateAnswer
        {
            OciVersion = Record.OciVersion,
            Id = Record.Id,
            Pid = status == ContainerStatus.Stopped ? 0 : Record.Init?.Pid ?? 0,
            Status = status.ToString().ToLowerInvariant(),
            Bundle = Record.Bundle,
            Rootfs = Record.Rootfs,
            Created = Record.Created,
            Annotations = Record.Annotations,
            Owner = Record.Owner,
        };
    }
}
