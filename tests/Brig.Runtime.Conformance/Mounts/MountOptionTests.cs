using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Mounts;

/// <summary>Every option of the specification's table, read back from the mount table.</summary>
public sealed class MountOptionTests
{
    [Clause("config.md#linux-mount-options")]
    [EachRuntime("ro", "ro"), EachRuntime("nosuid", "nosuid"), EachRuntime("nodev", "nodev"), EachRuntime("noexec", "noexec"), EachRuntime("noatime", "noatime")]
    [EachRuntime("nodiratime", "nodiratime"), EachRuntime("relatime", "relatime"), EachRuntime("nosymfollow", "nosymfollow"), EachRuntime("sync", "sync"), EachRuntime("dirsync", "dirsync")]
    [EachRuntime("lazytime", "lazytime")]
    public void A_flag_is_in_the_mount_table(string runtime, string option, string expected)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", $$"""{"destination": "/mnt", "type": "tmpfs", "source": "tmpfs", "options": ["{{option}}"]}""");
        Assert.Contains(expected, container.Run("grep ' /mnt ' /proc/mounts | cut -d' ' -f4").Split(','));
    }

    [Clause("config.md#linux-mount-options")]
    [EachRuntime("rw", "ro"), EachRuntime("suid", "nosuid"), EachRuntime("dev", "nodev"), EachRuntime("exec", "noexec"), EachRuntime("atime", "noatime"), EachRuntime("diratime", "nodiratime")]
    [EachRuntime("async", "sync"), EachRuntime("symfollow", "nosymfollow"), EachRuntime("nolazytime", "lazytime")]
    public void Its_opposite_takes_it_back(string runtime, string option, string taken)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", $$"""{"destination": "/mnt", "type": "tmpfs", "source": "tmpfs", "options": ["{{taken}}", "{{option}}"]}""");
        Assert.DoesNotContain(taken, container.Run("grep ' /mnt ' /proc/mounts | cut -d' ' -f4").Split(','));
    }

    [Clause("config.md#linux-mount-options"), EachRuntime]
    public void Strict_access_times_are_neither_relative_nor_off(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/mnt", "type": "tmpfs", "source": "tmpfs", "options": ["strictatime"]}""");
        Assert.DoesNotContain("atime", container.Run("grep ' /mnt ' /proc/mounts | cut -d' ' -f4"), StringComparison.Ordinal);
    }

    [Clause("config.md#linux-mount-options")]
    [EachRuntime("defaults"), EachRuntime("silent"), EachRuntime("loud"), EachRuntime("norelatime"), EachRuntime("nostrictatime"), EachRuntime("noiversion")]
    public void An_option_without_trace_is_accepted(string runtime, string option)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", $$"""{"destination": "/mnt", "type": "tmpfs", "source": "tmpfs", "options": ["{{option}}"]}""");
        container.Run("touch /mnt/file");
    }

    [Clause("config.md#linux-mount-options")]
    [EachRuntime("ro"), EachRuntime("nosuid"), EachRuntime("nodev"), EachRuntime("noexec"), EachRuntime("noatime"), EachRuntime("nosymfollow")]
    public void A_flag_holds_for_a_bind_as_well_and_the_source_is_unchanged(string runtime, string option)
    {
        using TestContainer container = new(runtime);
        using HostMount mount = new(container, "data");
        container.Add("mounts", $$"""{"destination": "/mnt", "source": "{{container.Folder}}/data", "options": ["bind", "{{option}}"]}""").Start();
        Assert.Contains(option, container.Exec("grep ' /mnt ' /proc/mounts | cut -d' ' -f4").Split(','));
        Assert.DoesNotContain(option, Host.Shell($"grep ' {container.Folder}/data ' /proc/mounts | cut -d' ' -f4").Split(','));
    }

    [Clause("config.md#linux-mount-options")]
    [EachRuntime("rro", "ro"), EachRuntime("rnosuid", "nosuid"), EachRuntime("rnodev", "nodev"), EachRuntime("rnoexec", "noexec"), EachRuntime("rnoatime", "noatime"), EachRuntime("rnodiratime", "nodiratime"), EachRuntime("rnosymfollow", "nosymfollow")]
    public void A_recursive_flag_holds_for_the_mounts_below(string runtime, string option, string expected)
    {
        using TestContainer container = new(runtime);
        using HostMount outer = new(container, "data");
        using HostMount inner = new(container, "data/inner");
        container.Add("mounts", $$"""{"destination": "/mnt", "source": "{{container.Folder}}/data", "options": ["rbind", "{{option}}"]}""");
        string[] lines = container.Run("grep ' /mnt' /proc/mounts | cut -d' ' -f4").Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Contains(expected, line.Split(',')));
    }

    [Clause("config.md#linux-mount-options")]
    [EachRuntime("rrw", "ro"), EachRuntime("rsuid", "nosuid"), EachRuntime("rdev", "nodev"), EachRuntime("rexec", "noexec"), EachRuntime("rsymfollow", "nosymfollow"), EachRuntime("rrelatime", "noatime"), EachRuntime("rstrictatime", "relatime")]
    public void Its_opposite_clears_it_for_the_mounts_below(string runtime, string option, string cleared)
    {
        using TestContainer container = new(runtime);
        using HostMount outer = new(container, "data");
        using HostMount inner = new(container, "data/inner");
        Host.Shell($"mount -o remount,bind,{cleared} {container.Folder}/data/inner");
        container.Add("mounts", $$"""{"destination": "/mnt", "source": "{{container.Folder}}/data", "options": ["rbind", "{{option}}"]}""");
        string[] lines = container.Run("grep ' /mnt' /proc/mounts | cut -d' ' -f4").Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.DoesNotContain(cleared, line.Split(',')));
    }

    [Clause("config.md#linux-mount-options"), EachRuntime]
    public void A_flag_that_is_not_recursive_leaves_the_mounts_below(string runtime)
    {
        using TestContainer container = new(runtime);
        using HostMount outer = new(container, "data");
        using HostMount inner = new(container, "data/inner");
        container.Add("mounts", $$"""{"destination": "/mnt", "source": "{{container.Folder}}/data", "options": ["rbind", "ro"]}""");
        Assert.Equal("refused written", container.Run("echo $(touch /mnt/x 2>/dev/null && echo written || echo refused) $(touch /mnt/inner/x && echo written)"));
    }

    [Clause("config.md#linux-mount-options")]
    [EachRuntime("private", ""), EachRuntime("rprivate", ""), EachRuntime("shared", "shared:"), EachRuntime("rshared", "shared:"), EachRuntime("slave", "master:"), EachRuntime("rslave", "master:")]
    [EachRuntime("unbindable", "unbindable"), EachRuntime("runbindable", "unbindable")]
    public void Propagation_is_as_given(string runtime, string option, string expected)
    {
        using TestContainer container = new(runtime);
        using HostMount mount = new(container, "data");
        Host.Shell($"mount --make-shared {container.Folder}/data");
        container.Set("linux.rootfsPropagation", "\"slave\"");
        container.Add("mounts", $$"""{"destination": "/mnt", "source": "{{container.Folder}}/data", "options": ["rbind", "{{option}}"]}""");
        string line = container.Run("grep ' /mnt ' /proc/self/mountinfo");
        string fields = line[..line.IndexOf(" - ", StringComparison.Ordinal)];
        if (expected.Length == 0)
        {
            Assert.DoesNotMatch("shared:|master:|unbindable", fields);
        }
        else
        {
            Assert.Contains(expected, fields, StringComparison.Ordinal);
        }
    }

    [Clause("config.md#linux-mount-options"), EachRuntime]
    public void A_remount_changes_the_flags_of_what_is_there(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/mnt", "type": "tmpfs", "source": "tmpfs"}""");
        container.Add("mounts", """{"destination": "/mnt", "type": "tmpfs", "source": "tmpfs", "options": ["remount", "ro", "nosuid"]}""");
        string options = container.Run("grep ' /mnt ' /proc/mounts | cut -d' ' -f4");
        Assert.Contains("ro", options.Split(','));
        Assert.Contains("nosuid", options.Split(','));
    }
}
