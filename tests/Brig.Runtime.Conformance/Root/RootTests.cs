using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Root;

/// <summary>root, linux.rootfsPropagation, maskedPaths and readonlyPaths.</summary>
public sealed class RootTests
{
    [Clause("config.md#root"), EachRuntime]
    public void The_path_may_be_absolute(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("yes", container.Set("root.path", $"\"{container.Rootfs}\"").Run("echo yes"));
    }

    [Clause("config.md#root"), EachRuntime]
    public void The_path_may_be_deep_in_the_bundle(string runtime)
    {
        using TestContainer container = new(runtime);
        Directory.CreateDirectory(Path.Combine(container.Folder, "deep"));
        Directory.Move(container.Rootfs, Path.Combine(container.Folder, "deep/root"));
        Assert.Equal("yes", container.Set("root.path", "\"./deep/root\"").Run("echo yes"));
    }

    [Clause("config.md#root"), EachRuntime]
    public void A_path_without_a_directory_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("root.path", "\"nowhere\"").RefusedToStart();
    }

    [Clause("config.md#root"), EachRuntime]
    public void A_configuration_without_root_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Remove("root").RefusedToStart();
    }

    [Clause("config.md#root"), EachRuntime]
    public void By_default_it_can_be_written_to(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Run("echo written >/file");
        Assert.Equal("written\n", container.Read("rootfs/file"));
    }

    [Clause("config.md#root"), EachRuntime]
    public void Read_only_it_cannot_be_written_to_but_mounts_can(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("root.readonly", "true").Add("mounts", """{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}""");
        Assert.Contains("Read-only", container.Script("echo x >/tmp/fine && cat /tmp/fine && echo x >/file").TryRun().Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(container.Rootfs, "file")));
    }

    [Clause("config.md#root"), EachRuntime]
    public void Nothing_of_the_machine_is_seen_above_it(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("outside", "secret");
        Assert.Equal("bin dev etc mnt proc root sys tmp usr", container.Run("echo $(ls /../..)"));
        Assert.DoesNotContain("/tmp/", container.Run("cut -d' ' -f5 /proc/self/mountinfo"), StringComparison.Ordinal);
    }

    [Clause("config-linux.md#rootfs-mount-propagation")]
    [EachRuntime("private", ""), EachRuntime("shared", "shared:"), EachRuntime("unbindable", "unbindable")]
    public void Propagation_is_as_given(string runtime, string propagation, string expected)
    {
        using TestContainer container = new(runtime);
        string line = container.Set("linux.rootfsPropagation", $"\"{propagation}\"").Run("grep ' / / \\| / .*rootfs / \\|rootfs / ' /proc/self/mountinfo | tail -n 1");
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

    [Clause("config-linux.md#rootfs-mount-propagation"), EachRuntime]
    public void As_slave_mounts_of_the_machine_arrive_and_none_goes_out(string runtime)
    {
        using TestContainer container = new(runtime);
        string shared = Path.Combine(container.Folder, "shared");
        Directory.CreateDirectory(shared);
        Host.Shell($"mount -t tmpfs tmpfs {shared} && mount --make-shared {shared}");
        try
        {
            container.Set("linux.rootfsPropagation", "\"slave\"");
            container.Add("mounts", $$"""{"destination": "/mnt", "source": "{{shared}}", "options": ["rbind", "rslave"]}""").Start();
            Host.Shell($"mkdir {shared}/late && mount -t tmpfs late {shared}/late && touch {shared}/late/seen");
            Assert.Equal("seen", container.Exec("ls /mnt/late"));
        }
        finally
        {
            Host.Try($"umount {shared}/late; umount {shared}");
        }
    }

    [Clause("config-linux.md#rootfs-mount-propagation"), EachRuntime]
    public void A_propagation_that_is_not_known_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.rootfsPropagation", "\"sometimes\"").RefusedToStart();
    }

    [Clause("config-linux.md#masked-paths"), EachRuntime]
    public void Masked_files_and_folders_are_empty(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("rootfs/secret/file", "x");
        container.Write("rootfs/plain", "x");
        container.Set("linux.maskedPaths", """["/secret", "/plain", "/not/there"]""");
        Assert.Equal("end", container.Run("ls /secret; cat /plain; echo x 2>/dev/null >/secret/new; echo end"));
        Assert.False(File.Exists(Path.Combine(container.Rootfs, "secret/new")));
    }

    [Clause("config-linux.md#readonly-paths"), EachRuntime]
    public void Read_only_paths_can_be_read_but_not_written_to(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("rootfs/fixed/file", "text\n");
        container.Set("linux.readonlyPaths", """["/fixed", "/not/there"]""");
        Assert.Equal("text\nrefused", container.Run("cat /fixed/file; echo x 2>/dev/null >/fixed/file || echo refused"));
    }

    [Clause("config-linux.md#readonly-paths"), EachRuntime]
    public void Kernel_parameters_are_read_only_where_listed(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("refused", container.Run("echo 1 2>/dev/null >/proc/sys/kernel/printk || echo refused"));
    }
}
