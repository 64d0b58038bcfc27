using Brig.Linux;

namespace Brig.Runtime.Launch;

/// <summary>The options of a mount, told apart: attributes of the mount, propagation, and what the file system gets (runtime-spec config.md#mounts).</summary>
internal sealed record MountOptions(MountAttributes Attributes, ulong Propagation, bool Recursive, bool RecursivelyReadOnly, IReadOnlyList<(string Key, string? Value)> Data)
{
    internal const ulong MS_PRIVATE = 1 << 18;
    private const ulong MS_SLAVE = 1 << 19;
    private const ulong MS_SHARED = 1 << 20;
    private const ulong MS_UNBINDABLE = 1 << 17;

    internal static MountOptions Parse(IReadOnlyList<string>? options)
    {
        MountAttributes attributes = MountAttributes.None;
        ulong propagation = 0;
        bool recursive = false, recursivelyReadOnly = false;
        List<(string, string?)> data = [];
        foreach (string option in options ?? [])
        {
            switch (option)
            {
                case "ro":
                    attributes |= MountAttributes.MOUNT_ATTR_RDONLY;
                    break;
                case "rro":
                    attributes |= MountAttributes.MOUNT_ATTR_RDONLY;
                    recursivelyReadOnly = true;
                    break;
                case "nosuid":
                    attributes |= MountAttributes.MOUNT_ATTR_NOSUID;
                    break;
                case "nodev":
                    attributes |= MountAttributes.MOUNT_ATTR_NODEV;
                    break;
                case "noexec":
                    attributes |= MountAttributes.MOUNT_ATTR_NOEXEC;
                    break;
                case "noatime":
                    attributes |= MountAttributes.MOUNT_ATTR_NOATIME;
                    break;
                case "strictatime":
                    attributes |= MountAttributes.MOUNT_ATTR_STRICTATIME;
                    break;
                case "nodiratime":
                    attributes |= MountAttributes.MOUNT_ATTR_NODIRATIME;
                    break;
                case "rw":
                    attributes &= ~MountAttributes.MOUNT_ATTR_RDONLY;
                    break;
                case "exec":
                    attributes &= ~MountAttributes.MOUNT_ATTR_NOEXEC;
                    break;
                case "suid":
                    attributes &= ~MountAttributes.MOUNT_ATTR_NOSUID;
                    break;
                case "dev":
                    attributes &= ~MountAttributes.MOUNT_ATTR_NODEV;
                    break;
                case "relatime" or "bind" or "defaults" or "async" or "diratime":
                    break;
                case "rbind":
                    recursive = true;
                    break;
                case "private" or "rprivate":
                    propagation = MS_PRIVATE;
                    break;
                case "slave" or "rslave":
                    propagation = MS_SLAVE;
                    break;
                case "shared" or "rshared":
                    propagation = MS_SHARED;
                    break;
                case "unbindable" or "runbindable":
                    propagation = MS_UNBINDABLE;
                    break;
                default:
                    int equals = option.IndexOf('=', StringComparison.Ordinal);
                    data.Add(equals < 0 ? (option, null) : (option[..equals], option[(equals + 1)..]));
                    break;
            }
        }

        return new(attributes, propagation, recursive, recursivelyReadOnly, data);
    }
}
