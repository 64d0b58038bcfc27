using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>Mappings of user and group IDs: as the kernel's files take them, and as a user namespace to map mounts by.</summary>
internal static class IdMappings
{
    /// <summary>A line a run: ID inside, ID outside, count (man 7 user_namespaces).</summary>
    internal static string Text(IReadOnlyList<IdMappingSpec> mappings) => string.Concat(mappings.Select(mapping => $"{mapping.ContainerId} {mapping.HostId} {mapping.Size}\n"));

    /// <summary>A user namespace with the mapping that a mount asks for: its own, else the container's.</summary>
    internal static SafeFileHandle Open(MountSpec mount, RuntimeSpec spec)
    {
        IReadOnlyList<IdMappingSpec>? uids = mount.UidMappings is { Count: > 0 } ? mount.UidMappings : spec.Linux?.UidMappings;
        IReadOnlyList<IdMappingSpec>? gids = mount.GidMappings is { Count: > 0 } ? mount.GidMappings : spec.Linux?.GidMappings;
        return uids is { Count: > 0 } && gids is { Count: > 0 }
            ? UserNamespaceHolder.Make(Text(uids), Text(gids))
            : throw BrigException.Invalid($"mounts: {Oci.Text.Quote(mount.Destination)}: an idmapped mount needs uidMappings and gidMappings, its own or the container's");
    }
}
