using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Namespaces;

/// <summary>linux.namespaces: new, joined and inherited.</summary>
public sealed class NamespaceTests
{
    [Clause("config-linux.md#namespaces")]
    [EachRuntime("pid", "pid"), EachRuntime("network", "net"), EachRuntime("ipc", "ipc"), EachRuntime("uts", "uts"), EachRuntime("mount", "mnt"), EachRuntime("cgroup", "cgroup"), EachRuntime("time", "time")]
    public void Without_path_it_is_new(string runtime, string type, string name)
    {
        using TestContainer container = new(runtime);
        if (type == "time")
        {
            container.Add("linux.namespaces", """{"type": "time"}""");
        }

        Assert.NotEqual(Host.Shell($"readlink /proc/self/ns/{name}"), container.Run($"readlink /proc/self/ns/{name}"));
    }

    [Clause("config-linux.md#namespaces")]
    [EachRuntime("pid", "pid"), EachRuntime("network", "net"), EachRuntime("ipc", "ipc"), EachRuntime("uts", "uts"), EachRuntime("cgroup", "cgroup"), EachRuntime("user", "user"), EachRuntime("time", "time")]
    public void Without_an_entry_it_is_the_runtimes(string runtime, string type, string name)
    {
        using TestContainer container = new(runtime);
        container.Remove("hostname");
        string[] all = ["pid", "network", "ipc", "uts", "mount", "cgroup"];
        container.Set("linux.namespaces", "[" + string.Join(", ", all.Where(entry => entry != type).Select(entry => $$"""{"type": "{{entry}}"}""")) + "]");
        if (type == "network")
        {
            // sysfs shows the network namespace that it is mounted in.
            container.Config["mounts"]!.AsArray().RemoveAt(4);
        }

        string inside = container.Start().Exec($"readlink /proc/self/ns/{name}");
        Assert.Equal(Host.Shell($"readlink /proc/self/ns/{name}"), inside);
    }

    [Clause("config-linux.md#namespaces")]
    [EachRuntime("pid", "pid"), EachRuntime("network", "net"), EachRuntime("ipc", "ipc"), EachRuntime("uts", "uts"), EachRuntime("cgroup", "cgroup"), EachRuntime("time", "time")]
    public void With_path_it_is_that_one(string runtime, string type, string name)
    {
        using TestContainer other = new(runtime);
        if (type == "time")
        {
            other.Add("linux.namespaces", """{"type": "time"}""");
        }

        int pid = other.Start().Pid;
        using TestContainer container = new(runtime);
        container.Remove("hostname");
        string[] all = ["pid", "network", "ipc", "uts", "mount", "cgroup"];
        string entries = string.Join(", ", all.Where(entry => entry != type).Select(entry => $$"""{"type": "{{entry}}"}"""));
        container.Set("linux.namespaces", $$"""[{{entries}}, {"type": "{{type}}", "path": "/proc/{{pid}}/ns/{{name}}"}]""");
        Assert.Equal(Host.Shell($"readlink /proc/{pid}/ns/{name}"), container.Run($"readlink /proc/self/ns/{name}"));
    }

    [Clause("config-linux.md#namespaces"), EachRuntime]
    public void A_user_namespace_can_be_joined_with_what_belongs_to_it(string runtime)
    {
        using TestContainer other = new(runtime);
        UserNamespace.Use(other);
        int pid = other.Start().Pid;
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        container.Remove("hostname").Remove("linux.uidMappings").Remove("linux.gidMappings");
        container.Set("linux.namespaces", $$"""
            [{"type": "user", "path": "/proc/{{pid}}/ns/user"}, {"type": "network", "path": "/proc/{{pid}}/ns/net"}, {"type": "ipc"}, {"type": "mount"}, {"type": "pid"}, {"type": "cgroup"}, {"type": "uts"}]
            """);
        Assert.Equal(Host.Shell($"readlink /proc/{pid}/ns/user /proc/{pid}/ns/net"), container.Run("readlink /proc/self/ns/user; readlink /proc/self/ns/net"));
    }

    [Clause("config-linux.md#namespaces"), EachRuntime]
    public void A_joined_pid_namespace_sees_both_programs(string runtime)
    {
        using TestContainer other = new(runtime);
        other.Arguments("sleep", "555").Start();
        using TestContainer container = new(runtime);
        container.Set("linux.namespaces", $$"""[{"type": "pid", "path": "/proc/{{other.Pid}}/ns/pid"}, {"type": "mount"}, {"type": "uts"}]""");
        Assert.Contains("sleep 555", container.Run("ps -o args"), StringComparison.Ordinal);
        Assert.Equal("running", other.Status);
    }

    [Clause("config-linux.md#namespaces"), EachRuntime]
    public void A_type_given_twice_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.namespaces", """{"type": "uts"}""").RefusedToStart();
    }

    [Clause("config-linux.md#namespaces"), EachRuntime]
    public void A_type_that_is_not_known_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.namespaces", """{"type": "space"}""").RefusedToStart();
    }

    [Clause("config-linux.md#namespaces")]
    [EachRuntime("/proc/self/ns/uts"), EachRuntime("/proc/self/ns/none"), EachRuntime("/etc/passwd")]
    public void A_path_that_is_not_of_the_type_is_refused(string runtime, string path)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.namespaces", $$"""[{"type": "mount"}, {"type": "network", "path": "{{path}}"}]""").Remove("hostname").RefusedToStart();
    }

    [Clause("config-linux.md#namespaces"), EachRuntime]
    public void A_path_that_is_not_absolute_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        File.CreateSymbolicLink(Path.Combine(container.Folder, "uts"), "/proc/1/ns/uts");
        container.Set("linux.namespaces", """[{"type": "mount"}, {"type": "uts", "path": "uts"}]""").Remove("hostname").RefusedToStart();
    }

    [Clause("config.md#hostname"), EachRuntime]
    public void The_host_name_is_the_given_one(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("mrsdalloway", container.Set("hostname", "\"mrsdalloway\"").Run("hostname"));
    }

    [Clause("config.md#hostname"), EachRuntime]
    public void A_host_name_without_its_namespace_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        string before = Host.Shell("hostname");
        container.Set("linux.namespaces", """[{"type": "mount"}, {"type": "pid"}]""").RefusedToStart();
        Assert.Equal(before, Host.Shell("hostname"));
    }

    [Clause("config.md#domainname"), EachRuntime]
    public void The_domain_name_is_the_given_one(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("foobarbaz.test", container.Set("domainname", "\"foobarbaz.test\"").Run("cat /proc/sys/kernel/domainname"));
    }

    [Clause("config-linux.md#time-offsets"), EachRuntime]
    public void Clocks_have_the_given_offsets(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.namespaces", """{"type": "time"}""").Set("linux.timeOffsets", """{"monotonic": {"secs": 172800}, "boottime": {"secs": 604800, "nanosecs": 5}}""");
        Assert.Equal(["monotonic 172800 0", "boottime 604800 5"], container.Run("sed 's/  */ /g' /proc/self/timens_offsets").Split('\n').Select(line => line.Trim()));
        Assert.True(double.Parse(container.Run("cut -d' ' -f1 /proc/uptime")) > 604800);
    }

    [Clause("config-linux.md#time-offsets"), EachRuntime]
    public void Offsets_without_the_namespace_are_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.timeOffsets", """{"monotonic": {"secs": 5}}""").RefusedToStart();
    }

    [Clause("config-linux.md#time-offsets"), EachRuntime]
    public void A_clock_that_is_not_known_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.namespaces", """{"type": "time"}""").Set("linux.timeOffsets", """{"sundial": {"secs": 5}}""").RefusedToStart();
    }

    [Clause("config-linux.md#namespaces"), EachRuntime]
    public void A_new_network_has_only_a_loopback(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("lo", container.Run("ls /sys/class/net"));
    }

    // runc and crun set it up, so callers rely on it.
    [Clause("runc(8)"), EachRuntime]
    public void The_loopback_of_a_new_network_is_up(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Contains("UP", container.Run("ip -o link show lo"), StringComparison.Ordinal);
    }
}
