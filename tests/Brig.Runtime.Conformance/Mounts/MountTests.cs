using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Mounts;

/// <summary>Kinds of mounts, and where they go.</summary>
public sealed class MountTests
{
    [Clause("config.md#mounts"), EachRuntime]
    public void Mounts_are_made_in_the_listed_order(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/a", "type": "tmpfs", "source": "first"}""");
        container.Add("mounts", """{"destination": "/a/b", "type": "tmpfs", "source": "second"}""");
        container.Add("mounts", """{"destination": "/a/b", "type": "tmpfs", "source": "third"}""");
        Assert.Equal("first /a\nsecond /a/b\nthird /a/b", container.Run("grep ' /a' /proc/mounts | cut -d' ' -f1,2"));
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void A_relative_destination_is_taken_from_the_root(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "relative/place", "type": "tmpfs", "source": "tmpfs"}""");
        Assert.Equal("/relative/place", container.Run("grep place /proc/mounts | cut -d' ' -f2"));
    }

    [Clause("config.md#mounts")]
    [EachRuntime("bind"), EachRuntime("rbind")]
    public void A_directory_can_be_bound(string runtime, string option)
    {
        using TestContainer container = new(runtime);
        container.Write("data/file", "text\n");
        container.Add("mounts", $$"""{"destination": "/new/place", "type": "none", "source": "{{container.Folder}}/data", "options": ["{{option}}"]}""");
        Assert.Equal("text", container.Run("cat /new/place/file; echo back >/new/place/back"));
        Assert.Equal("back\n", container.Read("data/back"));
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void A_file_can_be_bound_where_none_is(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("file", "text\n");
        container.Add("mounts", $$"""{"destination": "/etc/deep/name", "source": "{{container.Folder}}/file", "options": ["bind", "ro"]}""");
        Assert.Equal("text\nrefused", container.Run("cat /etc/deep/name; echo x 2>/dev/null >/etc/deep/name || echo refused"));
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void A_relative_source_is_taken_from_the_bundle(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("data/file", "text\n");
        container.Add("mounts", """{"destination": "/mnt", "source": "data", "options": ["bind"]}""");
        Assert.Equal("text", container.Run("cat /mnt/file"));
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void A_recursive_bind_has_the_mounts_below(string runtime)
    {
        using TestContainer container = new(runtime);
        using HostMount mount = new(container, "data/inner");
        container.Add("mounts", $$"""{"destination": "/one", "source": "{{container.Folder}}/data", "options": ["bind"]}""");
        container.Add("mounts", $$"""{"destination": "/all", "source": "{{container.Folder}}/data", "options": ["rbind"]}""");
        Assert.Equal("0 1", container.Run("echo $(ls /one/inner | wc -l) $(ls /all/inner | wc -l)"));
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void The_host_sees_no_mount_of_the_container(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/a", "type": "tmpfs", "source": "tmpfs"}""").Start();
        Assert.DoesNotContain(container.Folder, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void A_source_that_is_not_there_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        string error = container.Add("mounts", """{"destination": "/mnt", "source": "/no/such/place", "options": ["bind"]}""").RefusedToStart();
        Assert.Contains("/no/such/place", error, StringComparison.Ordinal);
        Assert.Matches("(?i)no such file or directory", error);
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void A_file_system_that_the_kernel_does_not_know_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/mnt", "type": "nosuchfs", "source": "x"}""").RefusedToStart();
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void A_file_over_a_directory_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("file", "text\n");
        container.Add("mounts", $$"""{"destination": "/etc", "source": "{{container.Folder}}/file", "options": ["bind"]}""").RefusedToStart();
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void Options_that_are_not_known_go_to_the_file_system(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/mnt", "type": "tmpfs", "source": "tmpfs", "options": ["size=128k", "mode=0710", "nr_inodes=77"]}""");
        Assert.Equal("710\nrw,relatime,size=128k,nr_inodes=77,mode=710", container.Run("stat -c %a /mnt; grep ' /mnt ' /proc/mounts | cut -d' ' -f4"));
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void An_option_that_the_file_system_refuses_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/mnt", "type": "tmpfs", "source": "tmpfs", "options": ["no_such_option=1"]}""").RefusedToStart();
    }

    [Clause("config.md#linux-mount-options"), EachRuntime]
    public void Tmpcopyup_copies_what_was_there(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("rootfs/usr/share/file", "text\n", executable: true);
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "usr/link"), "share/file");
        container.Add("mounts", """{"destination": "/usr", "type": "tmpfs", "source": "tmpfs", "options": ["tmpcopyup"]}""");
        Assert.Equal("text\n755 share/file tmpfs", container.Run("cat /usr/link; echo x >/usr/new; echo $(stat -c %a /usr/share/file) $(readlink /usr/link) $(stat -f -c %T /usr)"));
        Assert.False(File.Exists(Path.Combine(container.Rootfs, "usr/new")));
    }

    [Clause("config-linux.md#default-filesystems")]
    [EachRuntime("mqueue", "/dev/mqueue"), EachRuntime("proc", "/proc"), EachRuntime("sysfs", "/sys"), EachRuntime("devpts", "/dev/pts"), EachRuntime("tmpfs", "/dev/shm")]
    public void Kernel_file_systems_are_there(string runtime, string type, string place)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue", "options": ["nosuid", "noexec", "nodev"]}""");
        Assert.Equal(type, container.Run($"grep ' {place} ' /proc/mounts | cut -d' ' -f3"));
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void The_process_file_system_shows_the_containers_processes(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("1", container.Run("echo /proc/[0-9]* | tr ' ' '\\n' | grep -c '^/proc/1$'"));
        Assert.Equal("1", container.Run("echo $$"));
    }

    [Clause("config-linux.md#cgroups-path"), EachRuntime]
    public void The_cgroup_file_system_shows_the_containers_cgroup(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["nosuid", "noexec", "nodev", "relatime", "ro"]}""");
        string pids = Host.IsUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
        Assert.Equal("1 refused", container.Run($"echo $(head -n 1 {pids}/cgroup.procs) $(mkdir {pids}/new 2>/dev/null || echo refused)"));
    }

    [Clause("config-linux.md#cgroups-path"), EachRuntime]
    public void The_cgroup_file_system_can_be_written_to_without_ro(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["nosuid", "noexec", "nodev", "relatime"]}""");
        string pids = Host.IsUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
        Assert.Equal("made", container.Run($"mkdir {pids}/new && rmdir {pids}/new && echo made"));
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void A_link_in_the_destination_stays_inside(string runtime)
    {
        using TestContainer container = new(runtime);
        string outside = Path.Combine(container.Folder, "outside");
        Directory.CreateDirectory(outside);
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "link"), outside);
        container.Add("mounts", """{"destination": "/link/place", "type": "tmpfs", "source": "tmpfs"}""");
        Assert.EndsWith("/outside/place", container.Run("grep place /proc/mounts | cut -d' ' -f2"), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Clause("config.md#mounts"), EachRuntime]
    public void A_device_can_be_bound(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/dev/mine", "source": "/dev/zero", "options": ["bind"]}""");
        container.Set("linux.resources.devices", """[{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 1, "minor": 5, "access": "r"}]""");
        Assert.Equal("4", container.Run("head -c 4 /dev/mine | wc -c"));
    }
}
