using Brig.State;

namespace Brig.Containers;

/// <summary>Where a container's files are: what it wrote and its log below the root, its socket below the run root, its cgroup.</summary>
public sealed class ContainerFiles(StateRoot root, ContainerId id)
{
    public string Folder { get; } = Path.Combine(root.Containers, id.Value);

    public string Upper => Path.Combine(Folder, "upper");

    public string Work => Path.Combine(Folder, "work");

    public string Hosts => Path.Combine(Folder, "hosts");

    public string ResolvConf => Path.Combine(Folder, "resolv.conf");

    /// <summary>The resolv.conf that the engine wrote last.</summary>
    public string WrittenResolvConf => Path.Combine(Folder, "resolv.conf.written");

    public string Hostname => Path.Combine(Folder, "hostname");

    public string Log => Path.Combine(Folder, id.Value + "-json.log");

    /// <summary>See <see cref="Monitor.LastWords"/>.</summary>
    internal string LastWords => Path.Combine(Folder, "exit");

    public string MonitorLog => Path.Combine(Folder, "monitor.log");

    /// <summary>Relative to the root of every cgroup hierarchy.</summary>
    public string Cgroup { get; } = $"{root.KernelName}/{id}";

    public string Socket => Path.Combine(root.Running, id.Value);
}
