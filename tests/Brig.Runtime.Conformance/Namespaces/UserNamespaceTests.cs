using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Namespaces;

/// <summary>linux.uidMappings and gidMappings.</summary>
public sealed class UserNamespaceTests
{
    [Clause("config-linux.md#user-namespace-mappings"), EachRuntime]
    public void Users_and_groups_are_mapped_as_given(string runtime)
    {
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        Assert.Equal("0 100000 1000\n0 200000 1000\n0", container.Run("sed 's/  */ /g; s/^ //' /proc/self/uid_map /proc/self/gid_map; id -u"));
    }

    [Clause("config-linux.md#user-namespace-mappings"), EachRuntime]
    public void Several_ranges_are_mapped(string runtime)
    {
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        container.Set("linux.uidMappings", """[{"containerID": 0, "hostID": 100000, "size": 10}, {"containerID": 500, "hostID": 300000, "size": 5}]""");
        Assert.Equal("0 100000 10\n500 300000 5", container.Run("sed 's/  */ /g; s/^ //' /proc/self/uid_map"));
    }

    [Clause("config-linux.md#user-namespace-mappings"), EachRuntime]
    public void On_the_machine_the_process_is_the_mapped_user(string runtime)
    {
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        container.Set("process.user", """{"uid": 7, "gid": 8}""").Start();
        string status = File.ReadAllText($"/proc/{container.Pid}/status");
        Assert.Contains("Uid:\t100007\t100007\t100007\t100007", status, StringComparison.Ordinal);
        Assert.Contains("Gid:\t200008\t200008\t200008\t200008", status, StringComparison.Ordinal);
    }

    [Clause("config-linux.md#user-namespace-mappings"), EachRuntime]
    public void Owners_of_the_root_file_system_are_left_alone(string runtime)
    {
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        Host.Shell($"touch {container.Rootfs}/foreign");
        Assert.Equal("65534", container.Run("stat -c %u /foreign"));
        Assert.Equal("0", Host.Shell($"stat -c %u {container.Rootfs}/foreign"));
    }

    [Clause("config-linux.md#user-namespace-mappings"), EachRuntime]
    public void The_standard_file_systems_and_devices_work(string runtime)
    {
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        Assert.Equal("fine", container.Run("echo x >/dev/null && head -c1 /dev/zero >/dev/null && ls /sys/class/net >/dev/null && ls /proc/self >/dev/null && touch /dev/shm/x && echo fine"));
    }

    [Clause("config-linux.md#user-namespace-mappings"), EachRuntime]
    public void Capabilities_do_not_reach_beyond_it(string runtime)
    {
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        container.Set("process.capabilities", """{"bounding": ["CAP_SYS_ADMIN", "CAP_MKNOD"], "effective": ["CAP_SYS_ADMIN", "CAP_MKNOD"], "permitted": ["CAP_SYS_ADMIN", "CAP_MKNOD"]}""");
        Assert.Equal("refused", container.Run("mknod /tmp/x c 1 3 2>/dev/null || echo refused"));
    }

    [Clause("config-linux.md#user-namespace-mappings"), EachRuntime]
    public void Without_mappings_it_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        container.Remove("linux.uidMappings").Remove("linux.gidMappings").RefusedToStart();
    }

    [Clause("config-linux.md#user-namespace-mappings"), EachRuntime]
    public void Mappings_without_the_namespace_are_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.uidMappings", """[{"containerID": 0, "hostID": 100000, "size": 1000}]""").Set("linux.gidMappings", """[{"containerID": 0, "hostID": 100000, "size": 1000}]""");
        container.RefusedToStart();
    }

    [Clause("config-linux.md#user-namespace-mappings"), EachRuntime]
    public void Commands_run_inside_it(string runtime)
    {
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        container.Start();
        Assert.Equal("0 0", container.Exec("echo $(id -u) $(id -g)"));
    }
}
