using Brig.Containers.Users;
using Brig.Linux;
using Brig.Oci.Runtime;
using Brig.Runtime.Launch;
using Brig.Runtime.Seccomp;

namespace Brig.Containers.Specifications;

/// <summary>The one mapping from a container's specification to the OCI's document (semantics.md 21, 35 to 40, 98, 99).</summary>
internal static class RuntimeSpecification
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly string[] s_masked =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
        "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
    ];

    private static readonly string[] s_readOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    internal static RuntimeSpec Of(ContainerSpecification specification, string hostname, ContainerUser user, IReadOnlyList<MountSpec> mounts)
    {
        bool unconfined = specification.Privileged || specification.SecurityOptions.Contains("systempaths=unconfined");
        IReadOnlyList<string> capabilities = CapabilityChoice.Of(specification.Privileged, specification.CapAdd, specification.CapDrop);
        List<NamespaceSpec> namespaces = [Namespace("mount"), Namespace("uts"), Namespace("pid"), Namespace("ipc"), Namespace("cgroup")];
        Dictionary<string, string> sysctls = [];
        if (!specification.SharesNetwork)
        {
            namespaces.Add(Namespace("network"));

            // What a container may bind and ping needs no privilege: its ports and its network are its own.
            sysctls["net.ipv4.ip_unprivileged_port_start"] = "0";
            sysctls["net.ipv4.ping_group_range"] = "0 2147483647";
        }

        foreach ((string key, string value) in specification.Sysctls)
        {
            sysctls[key] = value;
        }

        return new RuntimeSpec
        {
            OciVersion = "1.2.0",
            Root = new RootSpec { Path = "rootfs", Readonly = specification.ReadOnlyRoot },
            Hostname = specification.Network == "host" ? null : hostname,
            Domainname = specification.Domainname,
            Mounts = [.. DefaultMounts(specification), .. mounts],
            Process = Process(specification, specification.Arguments, Environment(specification, hostname, specification.Environment, specification.Terminal, user), specification.WorkingDirectory!, user, specification.Terminal, capabilities),
            Linux = new LinuxSpec
            {
                Namespaces = namespaces,
                Sysctl = sysctls,
                Devices = [.. specification.Devices.Select(device => new DeviceSpec { Path = device.Path, Type = device.Type, Major = device.Major, Minor = device.Minor, FileMode = device.FileMode, Uid = device.Uid, Gid = device.Gid })],
                Seccomp = Seccomp(specification, capabilities),
                MaskedPaths = unconfined ? [] : s_masked,
                ReadonlyPaths = unconfined ? [] : s_readOnly,
            },
        };
    }

    internal static ProcessSpec Exec(ContainerSpecification specification, ExecSpecification exec, string hostname, ContainerUser user)
    {
        bool privileged = specification.Privileged || exec.Privileged;
        IReadOnlyList<string> environment = EnvironmentList.Merge(specification.Environment, exec.Environment);
        return Process(specification, exec.Arguments, Environment(specification, hostname, environment, exec.Terminal, user), exec.WorkingDirectory ?? specification.WorkingDirectory!, user, exec.Terminal,
            CapabilityChoice.Of(privileged, specification.CapAdd, specification.CapDrop));
    }

    /// <summary>The process with the size of its terminal, which is to be there before its program looks.</summary>
    internal static ProcessSpec Sized(ProcessSpec process, ushort rows, ushort columns) =>
        rows == 0 || columns == 0 ? process : process with { ConsoleSize = new ConsoleSizeSpec { Height = rows, Width = columns } };

    internal static SeccompSpec? Seccomp(ContainerSpecification specification, IReadOnlyList<string> capabilities) =>
        specification.Privileged || specification.SecurityOptions.Contains("seccomp=unconfined") ? null : DefaultSeccompPolicy.For([.. capabilities]);

    internal static CgroupResources Resources(ContainerSpecification specification) => Resources(specification.Resources) with
    {
        // Nothing but what is in every /dev and what it was given: a container that makes a node of the host's disk cannot open it.
        Devices = specification.Privileged ? [DeviceRule.Everything]
            : [DeviceRule.None, .. specification.Devices.Select(device => new DeviceRule(true, device.Type == "b" ? 'b' : 'c', device.Major, device.Minor, device.Permissions)), .. DeviceRule.Defaults],
    };

    private static CgroupResources Resources(ResourceRequest request) => new()
    {
        Memory = Limit(request.Memory),
        MemoryAndSwap = request.Memory == 0 ? null : request.MemorySwap == 0 ? 2 * request.Memory : request.MemorySwap,
        MemoryReservation = Limit(request.MemoryReservation),
        CpuPeriod = request.NanoCpus == 0 ? null : 100_000,
        CpuQuota = request.NanoCpus == 0 ? null : request.NanoCpus / 10_000,
        CpuShares = request.CpuShares == 0 ? null : (ulong)request.CpuShares,
        CpusetCpus = request.CpusetCpus,
        CpusetMems = request.CpusetMems,
        Pids = Limit(request.PidsLimit),
    };

    private static long? Limit(long value) => value == 0 ? null : value;

    private static NamespaceSpec Namespace(string type) => new() { Type = type };

    private static ProcessSpec Process(
        ContainerSpecification specification, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, string directory, ContainerUser user, bool terminal, IReadOnlyList<string> capabilities) => new()
    {
        Terminal = terminal,
        Args = arguments,
        Env = environment,
        Cwd = directory,
        User = new UserSpec { Uid = user.Uid, Gid = user.Gid, AdditionalGids = user.Groups },
        NoNewPrivileges = specification.SecurityOptions.Any(option => option is "no-new-privileges" or "no-new-privileges=true" or "no-new-privileges:true"),

        // Inheritable stays empty: what a file's inheritable set could raise is nobody's to have (CVE-2022-24769).
        Capabilities = new CapabilitiesSpec { Bounding = capabilities, Effective = capabilities, Permitted = capabilities },
        Rlimits = Limits(specification.Ulimits),
    };

    /// <summary>In the order that <c>env</c> shows: PATH, HOSTNAME, TERM, what image and user say, HOME.</summary>
    private static List<string> Environment(ContainerSpecification specification, string hostname, IReadOnlyList<string> given, bool terminal, ContainerUser user)
    {
        List<string> defaults = [DefaultPath];
        if (specification.Step is null)
        {
            defaults.Add("HOSTNAME=" + hostname);
        }

        if (terminal)
        {
            defaults.Add("TERM=xterm");
        }

        List<string> environment = [.. EnvironmentList.Merge(defaults, given)];
        if (!EnvironmentList.Has(environment, "HOME"))
        {
            environment.Add("HOME=" + user.Home);
        }

        return environment;
    }

    private static List<RlimitSpec> Limits(IReadOnlyList<string> ulimits)
    {
        List<RlimitSpec> limits = [new RlimitSpec { Type = "RLIMIT_NOFILE", Soft = 1024, Hard = Math.Min(524_288, ResourceLimits.Hard("RLIMIT_NOFILE")) }];
        foreach (string ulimit in ulimits)
        {
            string[] parts = ulimit.Split('=', 2);
            string[] values = parts.Length == 2 ? parts[1].Split(':', 2) : [];
            if (values.Length == 0 || !TryLimit(values[0], out ulong soft) || !TryLimit(values[^1], out ulong hard) || soft > hard)
            {
                throw BrigException.Invalid($"invalid ulimit argument: {Oci.Text.Quote(ulimit)}");
            }

            string type = "RLIMIT_" + parts[0].ToUpperInvariant();
            limits.RemoveAll(limit => limit.Type == type);
            limits.Add(new RlimitSpec { Type = type, Soft = soft, Hard = hard });
        }

        return limits;
    }

    private static bool TryLimit(string text, out ulong value)
    {
        value = ulong.MaxValue;
        return text == "-1" || ulong.TryParse(text, out value);
    }

    private static IEnumerable<MountSpec> DefaultMounts(ContainerSpecification specification)
    {
        string access = specification.Privileged ? "rw" : "ro";
        long sharedMemory = specification.SharedMemory == 0 ? 64 << 20 : specification.SharedMemory;
        yield return Mount("/proc", "proc", "nosuid", "noexec", "nodev");
        yield return Mount("/dev", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
        yield return Mount("/dev/pts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5");
        yield return Mount("/sys", "sysfs", "nosuid", "noexec", "nodev", access);
        yield return Mount("/sys/fs/cgroup", "cgroup", "nosuid", "noexec", "nodev", access);
        yield return Mount("/dev/mqueue", "mqueue", "nosuid", "noexec", "nodev");
        yield return Mount("/dev/shm", "tmpfs", "nosuid", "noexec", "nodev", "mode=1777", $"size={sharedMemory}");
    }

    private static MountSpec Mount(string destination, string type, params string[] options) => new() { Destination = destination, Type = type, Source = type, Options = options };
}
