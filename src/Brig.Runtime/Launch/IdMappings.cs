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

    /// <summary>Writes the mapping of a process's new user namespace: directly where this process may, else through newuidmap(1) and newgidmap(1).</summary>
    internal static void Write(int pid, IReadOnlyList<IdMappingSpec> uids, IReadOnlyList<IdMappingSpec> gids)
    {
        if (Processes.UserId == 0)
        {
            Files.WriteValue($"/proc/{pid}/uid_map", Text(uids));
            Files.WriteValue($"/proc/{pid}/gid_map", Text(gids));
            return;
        }

        // A user may map his own ID alone, and groups only where they can no longer be changed (man 7 user_namespaces).
        if (uids is [{ Size: 1 }] && uids[0].HostId == Processes.UserId)
        {
            Files.WriteValue($"/proc/{pid}/uid_map", Text(uids));
        }
        else
        {
            RunMapper("newuidmap", pid, uids);
        }

        if (gids is [{ Size: 1 }] && gids[0].HostId == Processes.GroupId)
        {
            Files.WriteValue($"/proc/{pid}/setgroups", "deny");
            Files.WriteValue($"/proc/{pid}/gid_map", Text(gids));
        }
        else
        {
            RunMapper("newgidmap", pid, gids);
        }
    }

    private static void RunMapper(string name, int pid, IReadOnlyList<IdMappingSpec> mappings)
    {
        string program = "/usr/bin/" + name;
        if (Files.TryStat(null, program) is null)
        {
            throw BrigException.Unsupported($"{name} is not installed (package uidmap): without root it maps more than the user's own ID");
        }

        using SafeFileHandle nothing = Files.Open("/dev/null", OpenFlags.O_RDWR);
        string[] numbers = [.. mappings.SelectMany(mapping => new[] { mapping.ContainerId, mapping.HostId, mapping.Size }).Select(number => number.ToString())];
        if (Processes.Wait(Processes.Spawn(program, [name, pid.ToString(), .. numbers], [], [nothing, nothing, nothing])) != 0)
        {
            throw BrigException.Unsupported($"{name} refused the mapping {string.Join(' ', numbers)} (are the IDs given to the user in /etc/subuid and /etc/subgid?)");
        }
    }

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
