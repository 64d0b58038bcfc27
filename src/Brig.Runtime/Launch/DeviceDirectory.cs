using Brig.Linux;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>A /dev with the nodes and links that every container has (runtime-spec config-linux.md#default-devices), and places for the mounts below it.</summary>
internal static class DeviceDirectory
{
    internal static SafeFileHandle Create(MountOptions options, RuntimeSpec spec)
    {
        // Written first, then closed to devices' makers by the attributes: a read-only /dev is filled like any other.
        SafeFileHandle tree = Mounts.Create("tmpfs", options.Data, MountAttributes.None);
        try
        {
            foreach (string folder in (ReadOnlySpan<string>)["pts", "shm", "mqueue"])
            {
                Files.MakeDirectory(tree, folder);
            }

            foreach (DeviceSpec device in DefaultDevices.All.Concat(spec.Linux?.Devices ?? []).Where(_ => !DeviceNodes.MustBind))
            {
                string path = Path.GetFullPath(Path.Combine("/", device.Path));
                if (path.StartsWith("/dev/", StringComparison.Ordinal))
                {
                    MountPoints.EnsureDirectory(tree, Path.GetDirectoryName(path)![4..] + "/");
                    DeviceNodes.Make(tree, path[4..], device);
                }
            }

            foreach ((string target, string name) in DefaultDevices.Links)
            {
                Files.Symlink(target, tree, name);
            }

            if (spec.Process!.Terminal)
            {
                Files.OpenAt(tree, "console", OpenFlags.O_WRONLY | OpenFlags.O_CREAT, 0x180).Dispose();
            }

            // What lies below has to be able to come in: a read-only /dev is closed by the launch, once all is in place.
            Mounts.SetAttributes(tree, options.Set & ~MountAttributes.MOUNT_ATTR_RDONLY, MountAttributes.None, 0, recursive: false);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }
}
