using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Brig.Cli.Flags;
using Brig.Linux;
using Brig.Oci.Runtime;

namespace Brig.Cli.OciRuntime;

/// <summary>The command <c>spec</c>: a configuration to start from.</summary>
internal static class OciSpec
{
    private static readonly string[] s_capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];

    internal static int Spec(OciCall call)
    {
        FlagSet flags = new();
        StringFlag bundle = flags.String("bundle", 'b', "path to the root of the bundle directory");
        BoolFlag rootless = flags.Bool("rootless", "generate a configuration for a rootless container");
        call.Read(flags, 0, 0);
        string path = Path.Combine(bundle.Value.Length == 0 ? "." : bundle.Value, "config.json");
        if (Files.TryStat(null, path) is not null)
        {
            throw BrigException.Conflict($"File config.json exists. Remove it first");
        }

        RuntimeJson json = new(new JsonSerializerOptions { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Files.Replace(path, JsonSerializer.SerializeToUtf8Bytes(rootless.Value ? Rootless(Default()) : Default(), json.RuntimeSpec));
        return 0;
    }

    private static RuntimeSpec Default() => new()
    {
        OciVersion = OciFeatures.NewestVersion,
        Process = new ProcessSpec
        {
            Terminal = true,
            User = new UserSpec(),
            Args = ["sh"],
            Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
            Cwd = "/",
            Capabilities = new CapabilitiesSpec { Bounding = s_capabilities, Effective = s_capabilities, Permitted = s_capabilities },
            Rlimits = [new RlimitSpec { Type = "RLIMIT_NOFILE", Hard = 1024, Soft = 1024 }],
            NoNewPrivileges = true,
        },
        Root = new RootSpec { Path = "rootfs", Readonly = true },
        Hostname = "brig",
        Mounts =
        [
            Mount("/proc", "proc", "proc"),
            Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
            Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
            Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
            Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
            Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
            Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro"),
        ],
        Linux = new LinuxSpec
        {
            Resources = new ResourcesSpec { Devices = [new DeviceRuleSpec { Allow = false, Access = "rwm" }] },
            Namespaces = [.. ((IEnumerable<string>)["pid", "network", "ipc", "uts", "mount", "cgroup"]).Select(type => new NamespaceSpec { Type = type })],
            MaskedPaths =
            [
                "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
                "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
            ],
            ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        },
    };

    /// <summary>What a user may have without root: his own IDs mapped, the host's network and view of /sys, no limits.</summary>
    private static RuntimeSpec Rootless(RuntimeSpec spec) => spec with
    {
        Mounts =
        [
            .. spec.Mounts!.Where(mount => mount.Destination is not ("/sys" or "/sys/fs/cgroup"))
                .Select(mount => mount.Destination == "/dev/pts" ? mount with { Options = [.. mount.Options!.Where(option => option != "gid=5")] } : mount),
            new MountSpec { Destination = "/sys", Type = "none", Source = "/sys", Options = ["rbind", "nosuid", "noexec", "nodev", "ro"] },
        ],
        Linux = spec.Linux! with
        {
            Resources = null,
            Namespaces = [.. spec.Linux.Namespaces!.Where(space => space.Type != "network"), new NamespaceSpec { Type = "user" }],
            UidMappings = [new IdMappingSpec { ContainerId = 0, HostId = Processes.UserId, Size = 1 }],
            GidMappings = [new IdMappingSpec { ContainerId = 0, HostId = Processes.GroupId, Size = 1 }],
        },
    };

    private static MountSpec Mount(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options.Length == 0 ? null : options };
}
