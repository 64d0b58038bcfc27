using Brig.Linux;
using Brig.Oci;
using Brig.Runtime.Checkpoints;
using Brig.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Verbs;

/// <summary>Writes a running container's processes into image files with CRIU; unless it is to go on, it is deleted then.</summary>
public sealed class CheckpointContainer(RuntimeSettings settings)
{
    private const uint Private = 0x1C0;

    public void Run(RuntimeContainer container, CheckpointOptions options)
    {
        if (Processes.UserId != 0)
        {
            throw new BrigException(ErrorKind.PermissionDenied, "cannot checkpoint a rootless container (CRIU needs root)");
        }

        if (container.Status is not (ContainerStatus.Running or ContainerStatus.Paused))
        {
            throw BrigException.Conflict($"Container cannot be checkpointed in {container.StatusWord} state");
        }

        CriuFlags flags = options.Flags;
        Files.MakeDirectories(flags.ImagePath, Private);
        Files.MakeDirectories(flags.WorkPath, Private);
        Dump(container, options);
        if (!options.LeaveRunning && !options.PreDump)
        {
            new DeleteContainer(settings).RunForced(container);
        }
    }

    private static void Dump(RuntimeContainer container, CheckpointOptions options)
    {
        const string Log = "dump.log";
        (CriuFlags flags, ContainerRecord record, int pid) = (options.Flags, container.Record, container.Record.Init!.Value.Pid);
        using SafeFileHandle? status = options.StatusDescriptor is int number ? Files.Duplicate(new SafeFileHandle(number, ownsHandle: false)) : null;
        using CriuProgram criu = CriuProgram.Start(flags, record.Rootfs, status is null ? [] : [status], Log);
        CriuOptions request = new CriuOptions(criu, flags, record.Spec, record.Rootfs, Log).ForDump(pid, options, container.Cgroup?.FreezerFolder);
        foreach (ExternalMount mount in ExternalResources.Mounted(ExternalResources.Mounts(record.Spec, record.Bundle, container.Cgroup), pid))
        {
            request.External($"mnt[{mount.Destination}]:{mount.Destination}");
        }

        foreach ((string kind, string name, string path) in ExternalResources.Namespaces(record.Spec))
        {
            request.External($"{kind}[{ExternalResources.Inode(path)}]:{name}");
        }

        if (!options.PreDump)
        {
            IReadOnlyList<string> streams = StandardStreams.Of(pid);
            StandardStreams.Write(flags.ImagePath, streams);
            foreach (string name in streams.Where(StandardStreams.IsFile).Distinct())
            {
                request.External(name);
            }
        }

        criu.Run(request.Request(options.PreDump ? CriuRequestType.PreDump : CriuRequestType.Dump), (_, _, descriptor) => descriptor?.Dispose());
    }
}
