using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>
/// Makes the mounts of a container as detached trees and sees to it that each has a place to go to. Nothing shows in
/// any mount table; disposing gives all of it back.
/// </summary>
internal sealed class MountPreparation : IDisposable
{
    private readonly RuntimeSpec _spec;
    private readonly SafeFileHandle _root;
    private readonly string? _bundle;
    private readonly Cgroup? _cgroup;
    private readonly List<PreparedMount> _mounts = [];

    internal MountPreparation(LaunchRequest request)
    {
        (_spec, _root, _bundle, _cgroup) = (request.Spec, request.Root, request.Bundle, request.Cgroup);
        try
        {
            foreach (MountSpec mount in _spec.Mounts ?? [])
            {
                Prepare(mount, request.Trees?.GetValueOrDefault(mount.Destination));
            }

            PrepareDevices();
            EnsureDirectory(_spec.Process!.Cwd);
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

    private void Prepare(MountSpec mount, SafeFileHandle? made)
    {
        // Relative destinations are deprecated and mean "below /" (runtime-spec config.md#mounts).
        string destination = Path.GetFullPath(Path.Combine("/", mount.Destination));
        MountOptions options = MountOptions.Parse(mount.Options);
        string type = options.Bind ? "bind" : mount.Type is null or "none" ? "bind" : mount.Type;
        Protect(mount, destination, type);
        if (type == "cgroup")
        {
            foreach (PreparedMount part in CgroupMounts.Of(destination, options, _cgroup, NamespaceSet.NamespacesOf(_spec)))
            {
                Add(part, mount);
            }

            return;
        }

        if (options.Remount)
        {
            _mounts.Add(new PreparedMount(destination, PreparedMount.Remount, null, options, null));
            return;
        }

        if (type is "tmpfs" or "devpts" && _spec.Linux?.MountLabel is { Length: > 0 } label)
        {
            options = options.ForContext(label);
        }

        SafeFileHandle? tree = type switch
        {
            "bind" => Bind(_spec, _bundle, mount, made),
            "tmpfs" when destination == "/dev" => DeviceDirectory.Create(options, _spec),
            "tmpfs" => Temporary(mount, destination, options),
            "devpts" => Linux.Mounts.Create("devpts", WithSource(mount, options), options.Set),
            _ => null,
        };
        Add(new PreparedMount(destination, type, mount.Source, options, tree), mount);
        if (tree is not null && type is not "bind" && options.Propagation != 0)
        {
            Linux.Mounts.SetAttributes(tree, MountAttributes.None, MountAttributes.None, options.Propagation, recursive: false);
        }
    }

    /// <summary>/proc shows the container to itself: what is laid over parts of it could pose as the kernel towards the engine and the container (CVE-2019-16884, CVE-2023-27561).</summary>
    private void Protect(MountSpec mount, string destination, string type)
    {
        if (destination is "/" or "")
        {
            throw BrigException.Invalid($"mounts: destination \"{Oci.Text.Quote(mount.Destination)}\" is the root");
        }

        if (destination == "/proc" && type != "proc" && !(type == "bind" && IsProc(mount.Source)))
        {
            throw BrigException.Invalid($"mounts: \"{Oci.Text.Quote(mount.Source ?? type)}\" cannot be mounted because it is not of type proc");
        }

        if (destination.StartsWith("/proc/", StringComparison.Ordinal) && !ProcPlaces.MayBeCovered(destination))
        {
            throw BrigException.Invalid($"mounts: \"{Oci.Text.Quote(mount.Destination)}\" cannot be mounted because it is inside /proc");
        }
    }

    private static bool IsProc(string? source)
    {
        using SafeFileHandle? folder = source is null ? null : Files.TryOpenAt(null, source, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY, 0, out _);
        return folder is not null && Linux.Mounts.IsProc(folder);
    }

    private void Add(PreparedMount prepared, MountSpec mount)
    {
        try
        {
            if (prepared.Tree is null || Files.Stat(prepared.Tree).IsDirectory)
            {
                EnsureDirectory(prepared.Destination);
            }
            else
            {
                Under(prepared.Destination, MountPoints.EnsureFile);
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

    /// <summary>The tree of a bind mount, as its options want it; of its source, or one that was made already.</summary>
    internal static SafeFileHandle Bind(RuntimeSpec spec, string? bundle, MountSpec mount, SafeFileHandle? made)
    {
        MountOptions options = MountOptions.Parse(mount.Options);
        SafeFileHandle tree = made is not null ? Files.Duplicate(made)
            : Linux.Mounts.OpenTree(null, Path.Combine(bundle ?? "/", mount.Source ?? throw BrigException.Invalid($"mounts: {mount.Destination}: a bind mount needs a source")), options.Recursive);
        try
        {
            if (made is null && (options.IdMap || mount.UidMappings is { Count: > 0 }))
            {
                using SafeFileHandle mapping = IdMappings.Open(mount, spec);
                Linux.Mounts.MapIds(tree, mapping, options.RecursiveIdMap);
            }

            // A mount keeps what its source had, unless it was told otherwise; other users of it never hear of changes.
            Linux.Mounts.SetAttributes(tree, options.Set, options.Clear, 0, recursive: false);
            if (options.RecursiveSet != 0 || options.RecursiveClear != 0)
            {
                Linux.Mounts.SetAttributes(tree, options.RecursiveSet, options.RecursiveClear, 0, recursive: true);
            }

            Linux.Mounts.SetAttributes(tree, MountAttributes.None, MountAttributes.None, options.Propagation == 0 ? MountOptions.MS_PRIVATE : options.Propagation, options.Propagation == 0 || options.RecursivePropagation);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <summary>With the name that the mount table shows.</summary>
    private static IReadOnlyList<(string Key, string? Value)> WithSource(MountSpec mount, MountOptions options) =>
        mount.Source is { Length: > 0 } source ? [("source", source), .. options.Data] : options.Data;

    private SafeFileHandle Temporary(MountSpec mount, string destination, MountOptions options)
    {
        if (!options.CopyUp)
        {
            return Linux.Mounts.Create("tmpfs", WithSource(mount, options), options.Set);
        }

        SafeFileHandle tree = Linux.Mounts.Create("tmpfs", options.Data, MountAttributes.None);
        try
        {
            using SafeFileHandle? covered = Files.TryOpenIn(_root, destination, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out _);
            if (covered is not null)
            {
                // The mount's own descriptor is one for paths alone.
                using SafeFileHandle folder = Files.OpenAt(tree, ".", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
                Trees.Copy(covered, folder);
            }

            Linux.Mounts.SetAttributes(tree, options.Set, MountAttributes.None, 0, recursive: false);
            return tree;
        }
        catch (LinuxException error)
        {
            tree.Dispose();
            throw new BrigException(ErrorKind.Internal, $"mount {mount.Destination}: copy up: {error.Message}", error);
        }
    }

    /// <summary>The devices that were not made with a /dev of ours: outside of it, or where it is the image's, or where none can be made and all are bound.</summary>
    private void PrepareDevices()
    {
        PreparedMount? place = _mounts.FindLast(mount => mount.Destination == "/dev");
        bool own = place is { Type: "tmpfs" };

        // A /dev of the host's has the default ones.
        IEnumerable<DeviceSpec> defaults = own ? DeviceNodes.MustBind ? DefaultDevices.All : [] : place is { Type: "bind" } ? [] : DefaultDevices.All;
        foreach (DeviceSpec device in defaults.Concat(_spec.Linux?.Devices ?? []))
        {
            string path = Path.GetFullPath(Path.Combine("/", device.Path));
            if (DeviceNodes.MustBind)
            {
                Under(Path.GetDirectoryName(path)!, MountPoints.EnsureDirectory);
                Add(new PreparedMount(path, "bind", path, MountOptions.Parse(null), DeviceNodes.OfHost(device)), new MountSpec { Destination = path, Source = path });
            }
            else if (!own || !path.StartsWith("/dev/", StringComparison.Ordinal))
            {
                Under(Path.GetDirectoryName(path)!, MountPoints.EnsureDirectory);
                Under(path, (root, inside) => DeviceNodes.Make(root, inside, device));
            }
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
