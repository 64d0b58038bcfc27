using Brig.Containers.Monitor;
using Brig.Linux;
using Brig.Oci.Runtime;
using Brig.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Copies;

/// <summary>A container's files from outside, its volumes among them: as it sees them while it runs, else put together for the occasion.</summary>
internal sealed class ContainerTree(Engine engine)
{
    /// <summary>Does the work with a handle on the container's root directory, below which paths are to be resolved. While it lasts nobody can start the container.</summary>
    internal void Use(Container container, Action<SafeFileHandle> work)
    {
        if (container.Status == ContainerStatus.Running)
        {
            using SafeFileHandle root = OpenRunning(container);
            work(root);
            return;
        }

        engine.Table.Claim(container.Id, ProcessIdentity.Current);
        try
        {
            PrivateMounts.Run(() =>
            {
                using SafeFileHandle root = Assemble(container);
                work(root);
            });
        }
        finally
        {
            engine.Table.Unclaim(container.Id);
        }
    }

    private SafeFileHandle OpenRunning(Container container)
    {
        SafeFileHandle? root = Files.TryOpenAt(null, $"/proc/{container.State.Pid}/root", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY, 0, out _);

        // A process that has that number now, and a container that runs still, are one.
        if (root is not null && engine.Table.ById(container.Id) is { Status: ContainerStatus.Running, HasMonitor: true } still && still.State.Pid == container.State.Pid)
        {
            return root;
        }

        root?.Dispose();
        throw BrigException.Conflict($"container {container.Name} has just ended: try again");
    }

    /// <summary>In a mount namespace of this thread's own.</summary>
    private SafeFileHandle Assemble(Container container)
    {
        ContainerFiles files = new(engine.Root, container.Id);
        SafeFileHandle root = Mounts.Overlay(engine.Images.DirectoriesOf(container.Specification.Layers), files.Upper, files.Work);
        try
        {
            using (SafeFileHandle place = Files.Open(files.Folder, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY))
            {
                PrivateMounts.Attach(root, place);
            }

            foreach (MountSpec mount in MountList.Of(container.Specification, files, engine.Volumes).Where(mount => mount.Type == "bind" && Files.TryStat(null, mount.Source!) is not null))
            {
                Bind(root, mount);
            }

            return root;
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    private static void Bind(SafeFileHandle root, MountSpec mount)
    {
        using SafeFileHandle tree = Mounts.OpenTree(null, mount.Source!, recursive: true);
        if (mount.Options!.Contains("rro"))
        {
            Mounts.SetAttributes(tree, MountAttributes.MOUNT_ATTR_RDONLY, MountAttributes.None, 0, recursive: true);
        }

        if (Files.Stat(tree).IsDirectory)
        {
            MountPoints.EnsureDirectory(root, mount.Destination);
        }
        else
        {
            MountPoints.EnsureFile(root, mount.Destination);
        }

        using SafeFileHandle target = Files.OpenInRoot(root, mount.Destination, OpenFlags.O_PATH);
        PrivateMounts.Attach(tree, target);
    }
}
