using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Devices;

/// <summary>linux.devices, the default devices, links of /dev and the list of what is allowed.</summary>
public sealed class DeviceTests
{
    [Clause("config-linux.md#default-devices")]
    [EachRuntime("null", "1:3"), EachRuntime("zero", "1:5"), EachRuntime("full", "1:7"), EachRuntime("random", "1:8"), EachRuntime("urandom", "1:9"), EachRuntime("tty", "5:0")]
    public void A_default_device_is_there_for_everybody(string runtime, string name, string numbers)
    {
        using TestContainer container = new(runtime);
        Assert.Equal($"character special file {numbers} 666", container.Run($"stat -c '%F %t:%T %a' /dev/{name}"));
    }

    [Clause("config-linux.md#default-devices"), EachRuntime]
    public void The_default_devices_can_be_used(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.user", """{"uid": 1000, "gid": 1000}""");
        Assert.Equal("8\nfull", container.Run("echo x >/dev/null; head -c 4 /dev/zero >/tmp/x 2>/dev/null; head -c 4 /dev/urandom /dev/random -q | wc -c; echo x 2>/dev/null >/dev/full || echo full"));
    }

    [Clause("config-linux.md#default-devices"), EachRuntime]
    public void The_multiplexer_is_that_of_the_containers_terminals(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("5:2", container.Run("stat -L -c %t:%T /dev/ptmx"));
        Assert.Equal("/dev/pts/ptmx", container.Run("readlink -f /dev/ptmx"));
    }

    [Clause("runtime-linux.md#dev-symbolic-links")]
    [EachRuntime("fd", "/proc/self/fd"), EachRuntime("stdin", "/proc/self/fd/0"), EachRuntime("stdout", "/proc/self/fd/1"), EachRuntime("stderr", "/proc/self/fd/2")]
    public void The_links_of_the_streams_are_there(string runtime, string name, string target)
    {
        using TestContainer container = new(runtime);
        Assert.Equal(target, container.Run($"readlink /dev/{name}"));
    }

    [Clause("config-linux.md#devices")]
    [EachRuntime("c", 10, 229, "character special file", "a:e5"), EachRuntime("b", 8, 0, "block special file", "8:0"), EachRuntime("u", 10, 228, "character special file", "a:e4")]
    public void A_device_is_made_as_described(string runtime, string type, int major, int minor, string kind, string numbers)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.devices", $$"""{"path": "/dev/own", "type": "{{type}}", "major": {{major}}, "minor": {{minor}}, "fileMode": 416, "uid": 12, "gid": 34}""");
        Assert.Equal($"{kind} {numbers} 640 12:34", container.Run("stat -c '%F %t:%T %a %u:%g' /dev/own"));
    }

    [Clause("config-linux.md#devices"), EachRuntime]
    public void A_fifo_is_made_as_described(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.devices", """{"path": "/dev/pipe", "type": "p", "fileMode": 384}""");
        Assert.Equal("fifo 600", container.Run("stat -c '%F %a' /dev/pipe"));
    }

    [Clause("config-linux.md#devices"), EachRuntime]
    public void A_device_may_be_outside_of_dev(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.devices", """{"path": "/usr/deep/own", "type": "c", "major": 1, "minor": 3, "fileMode": 438}""");
        Assert.Equal("1:3", container.Run("stat -c %t:%T /usr/deep/own"));
    }

    [Clause("config-linux.md#devices"), EachRuntime]
    public void A_file_that_is_there_and_is_not_the_device_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("rootfs/usr/own", "plain");
        container.Add("linux.devices", """{"path": "/usr/own", "type": "c", "major": 1, "minor": 3}""").RefusedToStart();
    }

    [Clause("config-linux.md#devices"), EachRuntime]
    public void A_type_that_is_not_known_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.devices", """{"path": "/dev/own", "type": "x", "major": 1, "minor": 3}""").RefusedToStart();
    }

    [Clause("config-linux.md#allowed-device-list"), EachRuntime]
    public void What_is_not_allowed_cannot_be_opened_though_it_is_there(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.devices", """{"path": "/dev/own", "type": "c", "major": 10, "minor": 237, "fileMode": 438}""");
        Assert.Contains("Operation not permitted", container.Script("cat </dev/own").TryRun().Error, StringComparison.Ordinal);
    }

    [Clause("config-linux.md#allowed-device-list")]
    [EachRuntime("r", "read only"), EachRuntime("w", "no write"), EachRuntime("rw", "read write")]
    public void What_is_allowed_is_what_the_entry_says(string runtime, string access, string expected)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.devices", """{"path": "/dev/own", "type": "c", "major": 10, "minor": 237, "fileMode": 438}""");
        container.Set("linux.resources.devices", $$"""[{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 10, "minor": 237, "access": "{{access}}"}]""");
        Assert.Equal(expected, container.Run("r=no w=only; (: </dev/own) 2>/dev/null && r=read; (: >/dev/own) 2>/dev/null && w=write; echo $r $w"));
    }

    [Clause("config-linux.md#allowed-device-list"), EachRuntime]
    public void Entries_hold_in_their_order(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.devices", """{"path": "/dev/own", "type": "c", "major": 10, "minor": 237, "fileMode": 438}""");
        container.Set("linux.resources.devices", """
            [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 10, "access": "rwm"}, {"allow": false, "type": "c", "major": 10, "minor": 237, "access": "w"}]
            """);
        Outcome outcome = container.Script("echo $( (: </dev/own) && echo read) $( (: >/dev/own) 2>/dev/null || echo refused) $(mknod /tmp/n c 10 237 && echo made)").TryRun();

        // The list of cgroup v1 cannot take back a part of what a wildcard allowed: only an error is right there.
        Assert.True(outcome.ExitCode == 0 ? outcome.Line == "read refused made" : !Host.IsUnified, outcome.ToString());
    }

    [Clause("config-linux.md#allowed-device-list"), EachRuntime]
    public void All_can_be_allowed(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("linux.devices", """{"path": "/dev/own", "type": "c", "major": 10, "minor": 237, "fileMode": 438}""");
        container.Set("linux.resources.devices", """[{"allow": true, "access": "rwm"}]""");
        Assert.Equal("read", container.Run("(: </dev/own) && echo read"));
    }

    [Clause("config-linux.md#network-devices"), EachRuntime]
    public void A_network_device_is_moved_renamed_and_up_with_its_addresses(string runtime)
    {
        using HostNetwork network = new(); // the last to go: the container is removed from in there
        using TestContainer container = new(runtime);
        network.Shell("ip link add outer0 type veth peer name outer1 && ip addr add 10.77.0.2/24 dev outer0 && ip addr add fd77::2/64 dev outer0 nodad");
        container.Wrapper = network.Words;
        container.Set("linux.netDevices", """{"outer0": {"name": "inner0"}}""").Start();
        string shown = container.Exec("ip addr show inner0");
        Assert.Contains("10.77.0.2/24", shown, StringComparison.Ordinal);
        Assert.Contains("fd77::2/64", shown, StringComparison.Ordinal);
        Assert.Matches(@"<[^>]*\bUP\b", shown);
        Assert.DoesNotContain("outer0", network.Shell("ls /sys/class/net; ip -o link"), StringComparison.Ordinal);
    }

    [Clause("config-linux.md#network-devices"), EachRuntime]
    public void A_network_device_keeps_its_name_when_none_is_given(string runtime)
    {
        using HostNetwork network = new(); // the last to go: the container is removed from in there
        using TestContainer container = new(runtime);
        network.Shell("ip link add outer0 type veth peer name outer1");
        container.Wrapper = network.Words;
        container.Set("linux.netDevices", """{"outer0": {}}""").Start();
        Assert.Contains("outer0", container.Exec("ip -o link"), StringComparison.Ordinal);
    }

    [Clause("config-linux.md#network-devices"), EachRuntime]
    public void A_template_lets_the_kernel_choose_the_name(string runtime)
    {
        using HostNetwork network = new(); // the last to go: the container is removed from in there
        using TestContainer container = new(runtime);
        network.Shell("ip link add outer0 type veth peer name outer1");
        container.Wrapper = network.Words;
        container.Set("linux.netDevices", """{"outer0": {"name": "net%d"}}""").Start();
        Assert.Contains(" net0", container.Exec("ip -o link"), StringComparison.Ordinal);
    }

    [Clause("config-linux.md#network-devices")]
    [EachRuntime("""{"none0": {}}"""), EachRuntime("""{"outer0": {"name": "lo"}}"""), EachRuntime("""{"outer0": {"name": "a/b"}}"""), EachRuntime("""{"outer0": {"name": "name_longer_than_it_may_be"}}""")]
    public void A_network_device_that_cannot_be_moved_is_refused_and_stays(string runtime, string devices)
    {
        using HostNetwork network = new(); // the last to go: the container is removed from in there
        using TestContainer container = new(runtime);
        network.Shell("ip link add outer0 type veth peer name outer1");
        container.Wrapper = network.Words;
        container.Set("linux.netDevices", devices).RefusedToStart();
        Assert.Contains("outer0", network.Shell("ip -o link"), StringComparison.Ordinal);
    }

    [Clause("config-linux.md#network-devices"), EachRuntime]
    public void A_network_device_without_a_network_namespace_is_refused(string runtime)
    {
        using HostNetwork network = new(); // the last to go: the container is removed from in there
        using TestContainer container = new(runtime);
        network.Shell("ip link add outer0 type veth peer name outer1");
        container.Wrapper = network.Words;
        container.Config["mounts"]!.AsArray().RemoveAt(4);
        container.Set("linux.namespaces", """[{"type": "mount"}, {"type": "pid"}, {"type": "uts"}]""").Set("linux.netDevices", """{"outer0": {"name": "inner0"}}""").RefusedToStart();
    }
}
