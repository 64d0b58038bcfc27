using Brig.Linux;

namespace Brig.Containers;

/// <summary>The capabilities that a container gets: Docker's fourteen, with what was added and dropped (semantics.md 35, 36).</summary>
internal static class CapabilityChoice
{
    private static readonly string[] s_default =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ];

    internal static IReadOnlyList<string> Of(bool privileged, IReadOnlyList<string> added, IReadOnlyList<string> dropped)
    {
        if (privileged)
        {
            return Capabilities.Permitted();
        }

        HashSet<string> add = [.. added.Select(Normalise)], drop = [.. dropped.Select(Normalise)];
        IEnumerable<string> chosen = add.Contains("ALL") ? Capabilities.Permitted() : drop.Contains("ALL") ? [] : s_default;
        return [.. chosen.Where(name => !drop.Contains(name)).Union(add.Where(name => name != "ALL"))];
    }

    private static string Normalise(string name)
    {
        string upper = name.ToUpperInvariant();
        string full = upper == "ALL" || upper.StartsWith("CAP_", StringComparison.Ordinal) ? upper : "CAP_" + upper;
        return full == "ALL" || Capabilities.Number(full) >= 0 ? full : throw BrigException.Invalid($"invalid capability: unknown capability: \"{Oci.Text.Quote(name)}\"");
    }
}
