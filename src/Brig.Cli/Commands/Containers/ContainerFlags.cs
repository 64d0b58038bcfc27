using Brig.Cli.Flags;
using Brig.Containers.Specifications;

namespace Brig.Cli.Commands.Containers;

/// <summary>The flags that <c>run</c> and <c>create</c> share, and the specification that they say.</summary>
internal sealed class ContainerFlags
{
    private readonly ListFlag _capAdd;
    private readonly ListFlag _capDrop;
    private readonly CpusFlag _cpus;
    private readonly IntFlag _cpuShares;
    private readonly StringFlag _cpusetCpus;
    private readonly StringFlag _cpusetMems;
    private readonly StringFlag _domainname;
    private readonly StringFlag _entrypoint;
    private readonly ListFlag _env;
    private readonly ListFlag _envFile;
    private readonly ListFlag _groupAdd;
    private readonly StringFlag _hostname;
    private readonly BoolFlag _interactive;
    private readonly ListFlag _label;
    private readonly BytesFlag _memory;
    private readonly BytesFlag _memoryReservation;
    private readonly BytesFlag _memorySwap;
    private readonly ListFlag _mount;
    private readonly NetworkFlags _networks;
    private readonly IntFlag _pidsLimit;
    private readonly BoolFlag _privileged;
    private readonly BoolFlag _readOnly;
    private readonly BoolFlag _remove;
    private readonly ListFlag _securityOpt;
    private readonly BytesFlag _shmSize;
    private readonly StringFlag _stopSignal;
    private readonly IntFlag _stopTimeout;
    private readonly MapFlag _sysctl;
    private readonly ListFlag _tmpfs;
    private readonly BoolFlag _tty;
    private readonly ListFlag _ulimit;
    private readonly StringFlag _user;
    private readonly ListFlag _volume;
    private readonly StringFlag _workdir;

    public ContainerFlags(FlagSet flags)
    {
        _capAdd = flags.List("cap-add", "list", "Add Linux capabilities");
        _capDrop = flags.List("cap-drop", "list", "Drop Linux capabilities");
        CidFile = flags.String("cidfile", "Write the container ID to the file");
        _cpuShares = flags.Int("cpu-shares", 'c', "CPU shares (relative weight)");
        _cpus = flags.Cpus("cpus", "Number of CPUs");
        _cpusetCpus = flags.String("cpuset-cpus", "CPUs in which to allow execution (0-3, 0,1)");
        _cpusetMems = flags.String("cpuset-mems", "MEMs in which to allow execution (0-3, 0,1)");
        _domainname = flags.String("domainname", "Container NIS domain name");
        _entrypoint = flags.String("entrypoint", "Overwrite the default ENTRYPOINT of the image");
        _env = flags.List("env", 'e', "list", "Set environment variables");
        _envFile = flags.List("env-file", "list", "Read in a file of environment variables");
        _groupAdd = flags.List("group-add", "list", "Add additional groups to join");
        _hostname = flags.String("hostname", 'h', "Container host name");
        _interactive = flags.Bool("interactive", 'i', "Keep STDIN open even if not attached");
        _label = flags.List("label", 'l', "list", "Set meta data on a container");
        _memory = flags.Bytes("memory", 'm', "Memory limit");
        _memoryReservation = flags.Bytes("memory-reservation", "Memory soft limit");
        _memorySwap = flags.Add(new BytesFlag("memory-swap", '\0', "Swap limit equal to memory plus swap: '-1' to enable unlimited swap", unlimited: true));
        _mount = flags.List("mount", "mount", "Attach a filesystem mount to the container");
        Name = flags.String("name", "Assign a name to the container");
        _networks = new NetworkFlags(flags);
        _pidsLimit = flags.Int("pids-limit", "Tune container pids limit (set -1 for unlimited)");
        Platform = flags.String("platform", "Set platform if server is multi-platform capable");
        _privileged = flags.Bool("privileged", "Give extended privileges to this container");
        Pull = flags.String("pull", "Pull image before running (\"always\", \"missing\", \"never\")", "missing");
        Quiet = flags.Bool("quiet", 'q', "Suppress the pull output");
        _readOnly = flags.Bool("read-only", "Mount the container's root filesystem as read only");
        _remove = flags.Bool("rm", "Automatically remove the container and its associated anonymous volumes when it exits");
        _securityOpt = flags.List("security-opt", "list", "Security Options");
        _shmSize = flags.Bytes("shm-size", "Size of /dev/shm");
        _stopSignal = flags.String("stop-signal", "Signal to stop the container");
        _stopTimeout = flags.Int("stop-timeout", "Timeout (in seconds) to stop a container");
        _sysctl = flags.Map("sysctl", "Sysctl options");
        _tmpfs = flags.List("tmpfs", "list", "Mount a tmpfs directory");
        _tty = flags.Bool("tty", 't', "Allocate a pseudo-TTY");
        _ulimit = flags.List("ulimit", "ulimit", "Ulimit options");
        _user = flags.String("user", 'u', "Username or UID (format: <name|uid>[:<group|gid>])");
        _volume = flags.List("volume", 'v', "list", "Bind mount a volume");
        _workdir = flags.String("workdir", 'w', "Working directory inside the container");
    }

    public StringFlag Name { get; }

    public StringFlag CidFile { get; }

    public StringFlag Platform { get; }

    public StringFlag Pull { get; }

    public BoolFlag Quiet { get; }

    public BoolFlag PublishAll => _networks.PublishAll;

    /// <summary>What the flags and the positional arguments (image, then command) ask for.</summary>
    public ContainerSpecification Specification(IReadOnlyList<string> positional, bool attachesInput)
    {
        SecurityOptions.Check(_securityOpt.Values);
        return _networks.Apply(new ContainerSpecification
        {
            Image = positional[0],
            Entrypoint = _entrypoint.IsSet ? [_entrypoint.Value] : null,
            Command = [.. positional.Skip(1)],
            Environment = EnvironmentValues.Read(_envFile.Values, _env.Values),
            WorkingDirectory = _workdir.IsSet ? _workdir.Value : null,
            User = _user.IsSet ? _user.Value : null,
            Hostname = _hostname.IsSet ? _hostname.Value : null,
            Domainname = _domainname.IsSet ? _domainname.Value : null,
            Terminal = _tty.Value,
            OpenInput = _interactive.Value,
            InputOnce = _interactive.Value && attachesInput,
            AutoRemove = _remove.Value,
            Labels = LabelValues.Read(_label.Values),
            Mounts = [.. _volume.Values.Select(MountText.ParseVolume), .. _mount.Values.Select(MountText.ParseMount), .. _tmpfs.Values.Select(MountText.ParseTmpfs)],
            Resources = new ResourceRequest
            {
                Memory = _memory.Value,
                MemorySwap = _memorySwap.Value,
                MemoryReservation = _memoryReservation.Value,
                NanoCpus = _cpus.NanoCpus,
                CpuShares = _cpuShares.Value,
                CpusetCpus = _cpusetCpus.IsSet ? _cpusetCpus.Value : null,
                CpusetMems = _cpusetMems.IsSet ? _cpusetMems.Value : null,
                PidsLimit = _pidsLimit.Value,
            },
            ReadOnlyRoot = _readOnly.Value,
            Privileged = _privileged.Value,
            CapAdd = _capAdd.Values,
            CapDrop = _capDrop.Values,
            SecurityOptions = _securityOpt.Values,
            Sysctls = _sysctl.Values,
            Ulimits = _ulimit.Values,
            SharedMemory = _shmSize.Value,
            StopSignal = _stopSignal.IsSet ? _stopSignal.Value : null,
            StopTimeout = _stopTimeout.IsSet ? (int)_stopTimeout.Value : null,
            GroupAdd = _groupAdd.Values,
        });
    }
}
