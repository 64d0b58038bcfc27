using System.Runtime.InteropServices;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>Device nodes of a container: made, or in a user namespace, where the kernel lets nobody make one, bound from the host.</summary>
internal static class DeviceNodes
{
    private const uint DefaultMode = 0x1B6;

    /// <summary>Whether this process is in a user namespace below the first one.</summary>
    internal static bool MustBind { get; } = IsMapped();

    /// <summary>Makes the node; one that is there already must be it (runtime-spec config-linux.md#devices).</summary>
    internal static void Make(SafeHandle root, string path, DeviceSpec device)
    {
        int slash = path.LastIndexOf('/');
        using SafeFileHandle parent = Files.OpenInRoot(root, slash <= 0 ? "/" : path[..slash], OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        string name = path[(slash + 1)..];
        FileType type = TypeOf(device);
        if (Files.TryStat(parent, name) is { } there)
        {
            if (there.Type != type || (type != FileType.Fifo && (there.RdevMajor != (uint)device.Major || there.RdevMinor != (uint)device.Minor)))
            {
                throw BrigException.Invalid($"linux.devices: {device.Path} exists and is not the device {device.Type} {device.Major}:{device.Minor}");
            }
        }
        else
        {
            Files.MakeNode(parent, name, type, device.FileMode is uint mode ? mode & 0xFFF : DefaultMode, (uint)device.Major, (uint)device.Minor);
        }

        if (device.Uid is > 0 || device.Gid is > 0)
        {
            Files.ChangeOwner(parent, name, device.Uid ?? 0, device.Gid ?? 0);
        }
    }

    /// <summary>The host's node as a detached mount.</summary>
    internal static SafeFileHandle OfHost(DeviceSpec device)
    {
        SafeFileHandle tree = Mounts.OpenTree(null, device.Path, recursive: false);
        FileStatus status = Files.Stat(tree);
        if (status.Type == TypeOf(device) && status.RdevMajor == (uint)device.Major && status.RdevMinor == (uint)device.Minor)
        {
            return tree;
        }

        tree.Dispose();
        throw BrigException.Invalid($"linux.devices: {device.Path} of this machine is not the device {device.Type} {device.Major}:{device.Minor}");
    }

    private static FileType TypeOf(DeviceSpec device) => device.Type switch
    {
        "c" or "u" => FileType.CharacterDevice,
        "b" => FileType.BlockDevice,
        "p" => FileType.Fifo,
        _ => throw BrigException.Invalid($"linux.devices: \"{Oci.Text.Quote(device.Type)}\" is not a type of device"),
    };

    /// <summary>The first user namespace maps every ID to itself in one line (man 7 user_namespaces).</summary>
    private static bool IsMapped() => Files.TryReadText("/proc/self/uid_map") is { } map
        && map.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not ["0", "0", "4294967295"];
}
