using Brig.Linux;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>
/// Makes the mounts of a container as detached trees and sees to it that each has a place to go to. Nothing shows in
/// any mount table; disposing gives all of it back.
/// </summary>
internal sealed class MountPreparation : IDisposable
{
    private readonly SafeFileHandle _root;
    private readonly IReadOnlyDictionary<string, SafeFileHandle>? _trees;
    private readonly List<PreparedMount> _mounts = [];

    internal MountPreparation(RuntimeSpec spec, SafeFileHandle root, IReadOnlyDictionary<string, SafeFileHandle>? trees = null)
    {
        (_root, _trees) = (root, trees);
        try
        {
            foreach (MountSpec mount in spec.Mounts ?? [])
            {
                Prepare(mount, spec);
            }

            EnsureDirectory(spec.Process!.Cwd);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal IReadOnlyList<PreparedMount> Mounts => _mounts;

    /// <summary>The container's devpts, from which its terminal comes; null where it has none.</summary>
    internal SafeFileHandle? Terminals => _mounts.Find(mount => mount.Type == "devpts")?.Tree;

    public void Dispose() => _mounts.ForEach(mount => mount.Dispose());

    private void Prepare(MountSpec mount, RuntimeSpec spec)
    {
        if (!mount.Destination.StartsWith('/'))
        {
            throw BrigException.Invalid($"mounts: destination \"{Oci.Text.Quote(mount.Destination)}\" must be absolute");
        }

        MountOptions options = MountOptions.Parse(mount.Options);
        string type = mount.Type is null or "none" ? "bind" : mount.Type;
        SafeFileHandle? tree = type switch
        {
            "bind" => Bind(mount, options, _trees?.GetValueOrDefault(mount.Destination)),
            "tmpfs" when mount.Destination == "/dev" => DeviceDirectory(options, spec),
            "tmpfs" => Linux.Mounts.Create("tmpfs", options.Data, options.Attributes),
            "devpts" => Linux.Mounts.Create("devpts", options.Data, options.Attributes),
            _ => null,
        };
        PreparedMount prepared = new(mount.Destination, type, options, tree);
        try
        {
            if (tree is null || Files.Stat(tree).IsDirectory)
            {
                EnsureDirectory(mount.Destination);
            }
            else
            {
                Under(mount.Destination, MountPoints.EnsureFile);
            }
        }
        catch (LinuxException error) when (error.Errno == Errno.ENOTDIR)
        {
            prepared.Dispose();
            throw BrigException.Invalid($"mount {mount.Source} to {mount.Destination}: not a directory: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type", error);
        }
        catch
        {
            prepared.Dispose();
            throw;
        }

        _mounts.Add(prepared);
    }

    private static SafeFileHandle Bind(MountSpec mount, MountOptions options, SafeFileHandle? made)
    {
        SafeFileHandle tree = made is not null ? Files.Duplicate(made) : Linux.Mounts.OpenTree(null, mount.Source ?? throw BrigException.Invalid($"mounts: {mount.Destination}: a bind mount needs a source"), options.Recursive);
        try
        {
            Linux.Mounts.SetAttributes(tree, options.Attributes, MountAttributes.None, options.Propagation == 0 ? MountOptions.MS_PRIVATE : options.Propagation, recursive: options.RecursivelyReadOnly);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <summary>A /dev with the nodes and links that every container has (runtime-spec config-linux.md#default-devices), and places for the mounts below it.</summary>
    private static SafeFileHandle DeviceDirectory(MountOptions options, RuntimeSpec spec)
    {
        // Written first, then closed to devices' makers by the attributes: a read-only /dev is filled like any other.
        SafeFileHandle tree = Linux.Mounts.Create("tmpfs", options.Data, MountAttributes.None);
        try
        {
            foreach (string folder in (ReadOnlySpan<string>)["pts", "shm", "mqueue"])
            {
                Files.MakeDirectory(tree, folder);
            }

            foreach (DeviceSpec device in DefaultDevices.All.Concat(spec.Linux?.Devices ?? []))
            {
                Node(tree, device);
            }

            foreach ((string target, string name) in DefaultDevices.Links)
            {
                Files.Symlink(target, tree, name);
            }

            if (spec.Process!.Terminal)
            {
                Files.OpenAt(tree, "console", OpenFlags.O_WRONLY | OpenFlags.O_CREAT, 0x180).Dispose();
            }

            Linux.Mounts.SetAttributes(tree, options.Attributes, MountAttributes.None, 0, recursive: false);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    private static void Node(SafeFileHandle tree, DeviceSpec device)
    {
        if (!device.Path.StartsWith("/dev/", StringComparison.Ordinal))
        {
            throw BrigException.Unsupported($"linux.devices: \"{Oci.Text.Quote(device.Path)}\" is not below /dev");
        }

        string name = device.Path[5..];
        if (name.LastIndexOf('/') is > 0 and int slash)
        {
            MountPoints.EnsureDirectory(tree, "/" + name[..slash]);
        }

        FileType type = device.Type switch
        {
            "c" or "u" => FileType.CharacterDevice,
            "b" => FileType.BlockDevice,
            "p" => FileType.Fifo,
            _ => throw BrigException.Invalid($"linux.devices: \"{Oci.Text.Quote(device.Type)}\" is not a type of device"),
        };
        Files.MakeNode(tree, name, type, device.FileMode ?? 0x1B6, (uint)device.Major, (uint)device.Minor);
        if (device.Uid is > 0 || device.Gid is > 0)
        {
            Files.ChangeOwner(tree, name, device.Uid ?? 0, device.Gid ?? 0);
        }
    }

    private void EnsureDirectory(string path) => Under(path, MountPoints.EnsureDirectory);

    /// <summary>Does the work in the mount that will hold the path: the last one whose destination is above it, else the root.</summary>
    private void Under(string path, Action<SafeFileHandle, string> work)
    {
        PreparedMount? holder = null;
        foreach (PreparedMount mount in _mounts)
        {
            bool above = path == mount.Destination || path.StartsWith(mount.Destination + "/", StringComparison.Ordinal);
            if (above && (holder is null || mount.Destination.Length >= holder.Destination.Length))
            {
                holder = mount;
            }
        }

        if (holder is null)
        {
            work(_root, path);
        }
        else if (holder.Tree is not null && path != holder.Destination)
        {
            work(holder.Tree, path[holder.Destination.Length..]);
        }
    }
}
