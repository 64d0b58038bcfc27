using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;
using Brig.Runtime.Launch;

namespace Brig.Runtime.Bundles;

/// <summary>What can be said of a configuration before anything is made from it; each message begins with the field it is about.</summary>
internal static class SpecValidation
{
    private const string Newest = "1.3";

    internal static void Check(RuntimeSpec spec)
    {
        Version(spec.OciVersion);
        if (spec.Root is null || spec.Root.Path.Length == 0)
        {
            throw BrigException.Invalid("root.path: a container needs a root file system");
        }

        if (spec.Process is { } process)
        {
            Check(process);
        }

        LinuxSpec linux = spec.Linux ?? new LinuxSpec();
        Namespaces(linux);
        bool Has(string type) => linux.Namespaces?.Any(space => space.Type == type) ?? false;
        if (spec.Hostname is { Length: > 0 } && !Has("uts"))
        {
            throw BrigException.Invalid("hostname: unable to set hostname without a private UTS namespace");
        }

        if (spec.Domainname is { Length: > 0 } && !Has("uts"))
        {
            throw BrigException.Invalid("domainname: unable to set domainname without a private UTS namespace");
        }

        if (!Has("mount") && (spec.Mounts is { Count: > 0 } || linux.MaskedPaths is { Count: > 0 } || linux.ReadonlyPaths is { Count: > 0 }))
        {
            throw BrigException.Invalid("mounts: mounts, maskedPaths and readonlyPaths need a mount namespace of the container's own");
        }

        foreach (string key in linux.Sysctl?.Keys ?? [])
        {
            Sysctls.Check(key, Has("ipc"), Has("network"), Has("uts"));
        }

        Paths(linux);
        Devices(linux);
        Seccomp(linux.Seccomp);
        Hooks(spec.Hooks);
        if (linux.RootfsPropagation is { Length: > 0 } propagation
            && propagation is not ("private" or "rprivate" or "slave" or "rslave" or "shared" or "rshared" or "unbindable" or "runbindable"))
        {
            throw BrigException.Invalid($"linux.rootfsPropagation: unknown value \"{Oci.Text.Quote(propagation)}\"");
        }
    }

    internal static void Check(ProcessSpec process)
    {
        if (!process.Cwd.StartsWith('/'))
        {
            throw BrigException.Invalid($"process.cwd: \"{Oci.Text.Quote(process.Cwd)}\" must be an absolute path");
        }

        if (process.Args is not { Count: > 0 })
        {
            throw BrigException.Invalid("process.args: must not be empty");
        }

        if ((process.Env ?? []).FirstOrDefault(entry => !entry.Contains('=', StringComparison.Ordinal)) is { } bare)
        {
            throw BrigException.Invalid($"process.env: \"{Oci.Text.Quote(bare)}\" has no value");
        }

        if (process.OomScoreAdj is < -1000 or > 1000)
        {
            throw BrigException.Invalid($"process.oomScoreAdj: {process.OomScoreAdj} is not -1000 to 1000");
        }

        if (process.ApparmorProfile is { Length: > 0 } profile && Files.TryReadText("/sys/module/apparmor/parameters/enabled")?.Trim() != "Y")
        {
            throw BrigException.Unsupported($"process.apparmorProfile: \"{Oci.Text.Quote(profile)}\": AppArmor is not enabled on this machine");
        }

        if (process.SelinuxLabel is { Length: > 0 } && Files.TryStat(null, "/sys/fs/selinux/enforce") is null)
        {
            throw BrigException.Unsupported("process.selinuxLabel: selinux label is specified in config, but selinux is disabled or not supported");
        }

        if (process.Args.Concat(process.Env ?? []).Any(text => text.Contains('\0', StringComparison.Ordinal)))
        {
            throw BrigException.Invalid("process: an argument or a variable holds a zero byte");
        }
    }

    private static void Version(string version)
    {
        string[] parts = version.Split('.', 3);
        if (parts.Length != 3 || !int.TryParse(parts[0], out int major) || !int.TryParse(parts[1], out int minor))
        {
            throw BrigException.Invalid($"ociVersion: \"{Oci.Text.Quote(version)}\" is not a version");
        }

        if (major != 1)
        {
            throw BrigException.Invalid($"ociVersion: version {Oci.Text.Quote(version)} is not supported, 1.0 to {Newest} are");
        }
    }

    private static void Namespaces(LinuxSpec linux)
    {
        HashSet<string> seen = [];
        foreach (NamespaceSpec space in linux.Namespaces ?? [])
        {
            _ = NamespaceSet.Flag(space.Type);
            if (!seen.Add(space.Type))
            {
                throw BrigException.Invalid($"linux.namespaces: type \"{space.Type}\" is given twice");
            }

            if (space.Path is { Length: > 0 } path && !path.StartsWith('/'))
            {
                throw BrigException.Invalid($"linux.namespaces: path \"{Oci.Text.Quote(path)}\" must be absolute");
            }
        }

        bool made = linux.Namespaces?.Any(space => space is { Type: "user", Path: null or "" }) ?? false;
        if ((linux.UidMappings is { Count: > 0 } || linux.GidMappings is { Count: > 0 }) && !seen.Contains("user"))
        {
            throw BrigException.Invalid("linux.uidMappings: user namespace mappings specified, but user namespace isn't enabled in the config");
        }

        if (made && (linux.UidMappings is not { Count: > 0 } || linux.GidMappings is not { Count: > 0 }))
        {
            throw BrigException.Invalid("linux.uidMappings: a new user namespace needs uidMappings and gidMappings");
        }

        if (linux.TimeOffsets is { Count: > 0 } && !(linux.Namespaces?.Any(space => space is { Type: "time", Path: null or "" }) ?? false))
        {
            throw BrigException.Invalid("linux.timeOffsets: time namespace offsets specified, but no new time namespace in the config");
        }
    }

    private static void Paths(LinuxSpec linux)
    {
        if ((linux.MaskedPaths ?? []).Concat(linux.ReadonlyPaths ?? []).FirstOrDefault(path => !path.StartsWith('/')) is { } relative)
        {
            throw BrigException.Invalid($"{(linux.MaskedPaths?.Contains(relative) ?? false ? "linux.maskedPaths" : "linux.readonlyPaths")}: \"{Oci.Text.Quote(relative)}\" must be absolute");
        }

        if (linux.CgroupsPath?.Split('/').Contains("..") ?? false)
        {
            throw BrigException.Invalid($"linux.cgroupsPath: \"{Oci.Text.Quote(linux.CgroupsPath)}\" must not go up");
        }
    }

    private static void Devices(LinuxSpec linux)
    {
        if (linux.Devices?.FirstOrDefault(device => !device.Path.StartsWith('/')) is { } misplaced)
        {
            throw BrigException.Invalid($"linux.devices: path \"{Oci.Text.Quote(misplaced.Path)}\" must be absolute");
        }

        foreach (DeviceRuleSpec rule in linux.Resources?.Devices ?? [])
        {
            if (rule.Type is not (null or "" or "a" or "b" or "c") || (rule.Access ?? "").Any(letter => letter is not ('r' or 'w' or 'm')))
            {
                throw BrigException.Invalid($"linux.resources.devices: \"{Oci.Text.Quote($"{rule.Type} {rule.Access}")}\" is no rule: type is a, b or c, access is of r, w and m");
            }
        }
    }

    private static void Seccomp(SeccompSpec? seccomp)
    {
        if (seccomp is null)
        {
            return;
        }

        if (!Brig.Runtime.Seccomp.SeccompAction.Names.Contains(seccomp.DefaultAction))
        {
            throw BrigException.Invalid($"linux.seccomp.defaultAction: unknown action \"{Oci.Text.Quote(seccomp.DefaultAction)}\"");
        }

        if (Brig.Runtime.Seccomp.SeccompFlags.Notifies(seccomp) && seccomp.ListenerPath is not { Length: > 0 })
        {
            throw BrigException.Invalid("linux.seccomp.listenerPath: SCMP_ACT_NOTIFY needs a listener");
        }

        if (seccomp.Syscalls?.Any(rule => rule.Names.Count == 0) ?? false)
        {
            throw BrigException.Invalid("linux.seccomp.syscalls: a rule names no system call");
        }

        if (seccomp.ListenerMetadata is { Length: > 0 } && seccomp.ListenerPath is not { Length: > 0 })
        {
            throw BrigException.Invalid("linux.seccomp.listenerMetadata: must not be set without listenerPath");
        }
    }

    private static void Hooks(HooksSpec? hooks)
    {
        (string Name, IReadOnlyList<HookSpec>? List)[] lists =
        [
            ("prestart", hooks?.Prestart), ("createRuntime", hooks?.CreateRuntime), ("createContainer", hooks?.CreateContainer),
            ("startContainer", hooks?.StartContainer), ("poststart", hooks?.Poststart), ("poststop", hooks?.Poststop),
        ];
        foreach ((string name, IReadOnlyList<HookSpec>? list) in lists)
        {
            foreach (HookSpec hook in list ?? [])
            {
                if (!hook.Path.StartsWith('/'))
                {
                    throw BrigException.Invalid($"hooks.{name}: path \"{Oci.Text.Quote(hook.Path)}\" must be absolute");
                }

                if (hook.Timeout is <= 0)
                {
                    throw BrigException.Invalid($"hooks.{name}: timeout {hook.Timeout} must be more than zero");
                }
            }
        }
    }
}
