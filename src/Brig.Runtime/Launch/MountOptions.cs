using Brig.Linux;

namespace Brig.Runtime.Launch;

/// <summary>The options of a mount, told apart: attributes of the mount, propagation, and what the file system gets (runtime-spec config.md#linux-mount-options).</summary>
internal sealed record MountOptions
{
    private const MountAttributes AccessTimes = (MountAttributes)0x70;
    internal const ulong MS_PRIVATE = 1 << 18;
    private const ulong MS_UNBINDABLE = 1 << 17, MS_SLAVE = 1 << 19, MS_SHARED = 1 << 20;

    /// <summary>Attributes that an option switches on and its opposite off. The access time modes are values of one field.</summary>
    private static readonly (string On, string Off, MountAttributes Attribute)[] s_attributes =
    [
        ("ro", "rw", MountAttributes.MOUNT_ATTR_RDONLY), ("nosuid", "suid", MountAttributes.MOUNT_ATTR_NOSUID), ("nodev", "dev", MountAttributes.MOUNT_ATTR_NODEV),
        ("noexec", "exec", MountAttributes.MOUNT_ATTR_NOEXEC), ("nodiratime", "diratime", MountAttributes.MOUNT_ATTR_NODIRATIME),
        ("nosymfollow", "symfollow", MountAttributes.MOUNT_ATTR_NOSYMFOLLOW), ("noatime", "atime", MountAttributes.MOUNT_ATTR_NOATIME),
        ("strictatime", "nostrictatime", MountAttributes.MOUNT_ATTR_STRICTATIME), ("norelatime", "relatime", AccessTimes),
    ];

    /// <summary>Every word that means something here, for <c>features</c>.</summary>
    internal static string[] Known { get; } =
    [
        .. new[] { "async", "atime", "bind", "defaults", "idmap", "iversion", "lazytime", "loud", "noiversion", "nolazytime", "nomand", "private", "rbind", "remount", "ridmap",
            "rprivate", "rshared", "rslave", "runbindable", "shared", "silent", "slave", "tmpcopyup", "unbindable", "dirsync", "mand", "sync" }
            .Concat(s_attributes.SelectMany(entry => new[] { entry.On, entry.Off, "r" + entry.On, "r" + entry.Off })).Distinct().Order(StringComparer.Ordinal),
    ];

    internal MountAttributes Set { get; private set; }

    internal MountAttributes Clear { get; private set; }

    /// <summary>For this mount and all below it.</summary>
    internal MountAttributes RecursiveSet { get; private set; }

    internal MountAttributes RecursiveClear { get; private set; }

    /// <summary>One of the MS_ values; 0 where nothing was said.</summary>
    internal ulong Propagation { get; private set; }

    internal bool RecursivePropagation { get; private set; }

    internal bool Bind { get; private set; }

    internal bool Recursive { get; private set; }

    /// <summary>A tmpfs starts with the content of the directory that it covers.</summary>
    internal bool CopyUp { get; private set; }

    /// <summary>A mount that is there gets these attributes.</summary>
    internal bool Remount { get; private set; }

    internal bool IdMap { get; private set; }

    internal bool RecursiveIdMap { get; private set; }

    internal IReadOnlyList<(string Key, string? Value)> Data { get; private set; } = [];

    internal static MountOptions Parse(IReadOnlyList<string>? options)
    {
        MountOptions parsed = new();
        List<(string, string?)> data = [];
        foreach (string option in options ?? [])
        {
            // What a later word takes back is not handed on.
            string? opposite = option switch { "async" => "sync", "nolazytime" => "lazytime", "nomand" => "mand", _ => null };
            data.RemoveAll(word => word.Item1 == opposite);
            if (!parsed.TakeWord(option) && !parsed.TakeAttribute(option))
            {
                int equals = option.IndexOf('=', StringComparison.Ordinal);
                data.Add(equals < 0 ? (option, null) : (option[..equals], option[(equals + 1)..]));
            }
        }

        parsed.Data = data;
        return parsed;
    }

    /// <summary>With a context of SELinux, unless there is one already; a kernel without that refuses it.</summary>
    internal MountOptions ForContext(string label) => Data.Any(option => option.Key == "context") ? this : this with { Data = [.. Data, ("context", label)] };

    /// <summary>The same attributes for one hierarchy of cgroup v1.</summary>
    internal MountOptions ForController(IReadOnlyList<string> words) => this with { Data = [.. words.Select(word => word.Split('=', 2) is [var key, var value] ? (key, value) : (word, (string?)null))] };

    private bool TakeWord(string option)
    {
        switch (option)
        {
            case "bind":
                Bind = true;
                return true;
            case "rbind":
                (Bind, Recursive) = (true, true);
                return true;
            case "private" or "rprivate":
                (Propagation, RecursivePropagation) = (MS_PRIVATE, option[0] == 'r');
                return true;
            case "slave" or "rslave":
                (Propagation, RecursivePropagation) = (MS_SLAVE, option[0] == 'r');
                return true;
            case "shared" or "rshared":
                (Propagation, RecursivePropagation) = (MS_SHARED, option[0] == 'r');
                return true;
            case "unbindable" or "runbindable":
                (Propagation, RecursivePropagation) = (MS_UNBINDABLE, option[0] == 'r');
                return true;
            case "remount":
                Remount = true;
                return true;
            case "tmpcopyup":
                CopyUp = true;
                return true;
            case "idmap":
                IdMap = true;
                return true;
            case "ridmap":
                (IdMap, RecursiveIdMap) = (true, true);
                return true;

            // What mount(8) knows and a new mount has no use for.
            case "defaults" or "silent" or "loud" or "iversion" or "noiversion" or "async" or "nolazytime" or "nomand":
                return true;
            default:
                return false;
        }
    }

    private bool TakeAttribute(string option)
    {
        foreach ((string on, string off, MountAttributes attribute) in s_attributes)
        {
            if (option == "norelatime" || option == "rnorelatime")
            {
                return true; // the kernel has no such mode any more
            }

            if (option == on)
            {
                (Set, Clear) = (Set | attribute, Clear & ~attribute);
                return true;
            }

            if (option == off)
            {
                (Set, Clear) = (Set & ~attribute, Clear | attribute);
                return true;
            }

            if (option.Length > 1 && option[0] == 'r' && option.AsSpan(1).SequenceEqual(on))
            {
                (RecursiveSet, RecursiveClear) = (RecursiveSet | attribute, RecursiveClear & ~attribute);
                return true;
            }

            if (option.Length > 1 && option[0] == 'r' && option.AsSpan(1).SequenceEqual(off))
            {
                (RecursiveSet, RecursiveClear) = (RecursiveSet & ~attribute, RecursiveClear | attribute);
                return true;
            }
        }

        return false;
    }
}
