namespace Brig.Linux;

/// <summary>The capabilities by number and name (man 7 capabilities, linux/capability.h).</summary>
public static class Capabilities
{
    private static readonly string[] s_names =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
        "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
        "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    /// <summary>The names of all, in the order of their numbers.</summary>
    public static IReadOnlyList<string> All => s_names;

    /// <summary>The highest number that Brig knows.</summary>
    public static int Last => s_names.Length - 1;

    public static string Name(int capability) => s_names[capability];

    /// <summary>The number of a name written with <c>CAP_</c>; -1 where there is none.</summary>
    public static int Number(string name) => Array.IndexOf(s_names, name);

    /// <summary>Those that this process may give on: its own permitted set.</summary>
    public static IReadOnlyList<string> Permitted()
    {
        ulong mask = PermittedMask();
        return [.. s_names.Where((_, number) => (mask & (1UL << number)) != 0)];
    }

    /// <summary>This process's own permitted set as a mask.</summary>
    public static ulong PermittedMask()
    {
        const string Field = "CapPrm:";
        string status = Files.TryReadText("/proc/self/status") ?? "";
        int at = status.IndexOf(Field, StringComparison.Ordinal) + Field.Length;
        return Convert.ToUInt64(status[at..status.IndexOf('\n', at)].Trim(), 16);
    }

    /// <summary>The set as a mask; a name that is unknown is left out, as the kernel has nothing to grant for it.</summary>
    public static ulong Mask(IEnumerable<string>? names)
    {
        ulong mask = 0;
        foreach (string name in names ?? [])
        {
            if (Number(name) is >= 0 and int number)
            {
                mask |= 1UL << number;
            }
        }

        return mask;
    }
}
