using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Brig.Runtime.Bundles;
using Brig.Runtime.Checkpoints;
using Brig.Runtime.Hooks;
using Brig.Runtime.Launch;
using Brig.Runtime.Resources;
using Brig.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Verbs;

/// <summary>Makes a container of a bundle whose processes come from the image files of a checkpoint. What was made is taken back where any of it fails.</summary>
public sealed class RestoreContainer(RuntimeRoot root, RuntimeSettings settings)
{
    private const uint Private = 0x1C0;
    private const string Log = "restore.log";

    /// <summary>Restores it; its first process is this one's child.</summary>
    /// <returns>The container, and its terminal's master where nobody else took it.</returns>
    public (RuntimeContainer Container, SafeFileHandle? Terminal) Run(RestoreRequest request)
    {
        if (Processes.UserId != 0)
        {
            throw new BrigException(ErrorKind.PermissionDenied, "cannot restore a rootless container (CRIU needs root)");
        }

        Bundle bundle = Bundle.Open(request.Bundle);
        IReadOnlyList<string> streams = StandardStreams.Read(request.Flags.ImagePath);
        ContainerFolder folder = root.Create(request.Id);
        ContainerRecord record = CreateContainer.RecordOf(request.Id, bundle, settings);
        Undo undo = new(settings);
        undo.Add(folder.Remove);
        try
        {
            folder.Write(record);
            Files.MakeDirectories(request.Flags.WorkPath, Private);
            return Make(request, streams, folder, record, undo);
        }
        catch (Exception error) when (error is BrigException or LinuxException or FormatException)
        {
            undo.Run();
            throw;
        }
    }

    private (RuntimeContainer Container, SafeFileHandle? Terminal) Make(RestoreRequest request, IReadOnlyList<string> streams, ContainerFolder folder, ContainerRecord record, Undo undo)
    {
        ContainerCgroup cgroup = ContainerCgroup.Create(request.Id, record.Spec, settings);
        undo.Add(cgroup.Remove);
        EnsureMountPoints(record);
        List<SafeFileHandle> namespaces = [.. ExternalResources.Namespaces(record.Spec).Select(space => Files.Open(space.Path, OpenFlags.O_RDONLY))];
        try
        {
            // What CRIU makes is where it is itself: in the container's cgroup.
            using CriuProgram criu = CriuProgram.Start(request.Flags, record.Rootfs, namespaces, Log);
            cgroup.Place(criu.Pid);
            cgroup.Cgroup?.Add(criu.Pid);
            record = record with { Cgroup = cgroup.Cgroup?.Name, Unit = cgroup.Unit };
            folder.Write(record);
            return Restore(criu, request, streams, folder, record, cgroup.Cgroup);
        }
        finally
        {
            namespaces.ForEach(space => space.Dispose());
        }
    }

    private static (RuntimeContainer Container, SafeFileHandle? Terminal) Restore(CriuProgram criu, RestoreRequest request, IReadOnlyList<string> streams, ContainerFolder folder, ContainerRecord record, Cgroup? cgroup)
    {
        CriuOptions options = new CriuOptions(criu, request.Flags, record.Spec, record.Rootfs, Log).ForRestore(request.SecurityProfile, request.SecurityContext);
        Describe(options, record, streams, cgroup);
        SafeFileHandle? terminal = null;
        criu.Run(options.Request(CriuRequestType.Restore), (point, pid, descriptor) =>
        {
            switch (point)
            {
                case "orphan-pts-master":
                    terminal = descriptor;
                    break;
                case "setup-namespaces":
                    RunHooks(new RuntimeContainer(folder, record), pid);
                    break;
                case "post-restore":
                    record = record with { Init = ProcessIdentity.TryOf(pid) ?? new ProcessIdentity(pid, 0) };
                    folder.Write(record);
                    terminal = ProcessHandover.Give(terminal, request.ConsoleSocket, pid, request.PidFile);
                    break;
            }
        });
        return (new RuntimeContainer(folder, record), terminal);
    }

    private static void Describe(CriuOptions options, ContainerRecord record, IReadOnlyList<string> streams, Cgroup? cgroup)
    {
        foreach (ExternalMount mount in ExternalResources.Mounts(record.Spec, record.Bundle, cgroup).DistinctBy(mount => mount.Destination))
        {
            options.External($"mnt[{mount.Destination}]:{mount.Source}");
        }

        int number = CriuProgram.FirstInherited;
        foreach ((_, string name, _) in ExternalResources.Namespaces(record.Spec))
        {
            options.Inherit(name, number++);
        }

        for (int stream = 0; stream < streams.Count; stream++)
        {
            if (StandardStreams.IsOutside(streams[stream]))
            {
                options.Inherit(streams[stream], stream);
            }
        }

        if (cgroup?.UnifiedFolder is not null)
        {
            options.CgroupRoot(null, "/" + cgroup.Name);
        }

        foreach ((string controller, string path) in cgroup?.LegacyPlaces ?? [])
        {
            options.CgroupRoot(controller, path);
        }
    }

    private static void RunHooks(RuntimeContainer container, int pid)
    {
        HookRunner runner = new(container.Record.Bundle);
        StateSpec state = container.State("creating", pid);
        runner.Run("prestart", container.Record.Spec.Hooks?.Prestart, state);
        runner.Run("createRuntime", container.Record.Spec.Hooks?.CreateRuntime, state);
    }

    /// <summary>A root that came from elsewhere may lack the places that the launch made; those within other mounts are in the images.</summary>
    private static void EnsureMountPoints(ContainerRecord record)
    {
        using SafeFileHandle tree = Files.Open(record.Rootfs, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        List<string> above = [];
        foreach (MountSpec mount in record.Spec.Mounts ?? [])
        {
            string destination = Path.GetFullPath(Path.Combine("/", mount.Destination));
            if (!above.Any(place => destination.StartsWith(place + "/", StringComparison.Ordinal)))
            {
                bool folder = !MountOptions.Parse(mount.Options).Bind || mount.Source is null || Files.TryStat(null, Path.Combine(record.Bundle, mount.Source)) is not { IsDirectory: false, Type: not FileType.SymbolicLink };
                if (folder)
                {
                    MountPoints.EnsureDirectory(tree, destination);
                }
                else
                {
                    MountPoints.EnsureFile(tree, destination);
                }
            }

            above.Add(destination);
        }
    }
}
