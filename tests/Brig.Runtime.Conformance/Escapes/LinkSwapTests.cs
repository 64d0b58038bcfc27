using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Escapes;

/// <summary>
/// Links where the runtime expects something else: CVE-2025-31133 (masked paths), CVE-2025-52565 (the console), CVE-2025-52881
/// (writes below /proc), CVE-2021-30465 and CVE-2024-45310 (destinations that are exchanged while it mounts).
/// </summary>
public sealed class LinkSwapTests
{
    private const string Pattern = "/proc/sys/kernel/core_pattern";

    [Clause("CVE-2025-31133")]
    [EachRuntime("/proc/sys/kernel/core_pattern"), EachRuntime("/etc/target"), EachRuntime("/proc/sysrq-trigger")]
    public void A_link_in_the_place_of_dev_null_is_not_what_masks(string runtime, string target)
    {
        using TestContainer container = new(runtime);
        container.Config["mounts"]!.AsArray().RemoveAt(3);
        container.Config["mounts"]!.AsArray().RemoveAt(2);
        container.Config["mounts"]!.AsArray().RemoveAt(1);
        container.Write("rootfs/etc/target", "not empty\n");
        container.Write("rootfs/etc/secret", "secret\n");
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "dev/null"), target);
        container.Set("linux.maskedPaths", """["/etc/secret", "/proc/kcore"]""");
        Outcome outcome = container.Script("cat /etc/secret; echo x 2>/dev/null >/etc/secret; stat -c %t:%T /etc/secret; head -c 10 /proc/kcore | wc -c").TryRun();

        // Refusing is right, and so is masking with the real device or an empty file.
        Assert.True(outcome.ExitCode != 0 || outcome.Line is "1:3\n0" or "0:0\n0", outcome.ToString());
        Assert.Equal("not empty\n", container.Read("rootfs/etc/target"));
        Assert.Equal("secret\n", container.Read("rootfs/etc/secret"));
    }

    [Clause("CVE-2025-31133"), EachRuntime]
    public void Masking_holds_while_dev_null_is_exchanged(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Config["mounts"]!.AsArray().RemoveAt(3);
        container.Config["mounts"]!.AsArray().RemoveAt(2);
        container.Config["mounts"]!.AsArray().RemoveAt(1);
        container.Write("rootfs/etc/secret", "secret\n");
        Host.Shell($"mknod -m 666 {container.Rootfs}/dev/null c 1 3 && ln -s {Pattern} {container.Rootfs}/dev/other");
        container.Set("linux.maskedPaths", """["/etc/secret"]""").Script("cat /etc/secret").Save();
        using Swapper swapper = new(Path.Combine(container.Rootfs, "dev/null"), Path.Combine(container.Rootfs, "dev/other"));
        for (int round = 0; round < 25; round++)
        {
            Assert.Equal("", container.TryRun().Output);
        }
    }

    [Clause("CVE-2025-52565")]
    [EachRuntime("/proc/sys/kernel/core_pattern"), EachRuntime("/etc/target"), EachRuntime("../proc/sysrq-trigger")]
    public void A_link_in_the_place_of_the_console_is_not_mounted_over(string runtime, string target)
    {
        using TestContainer container = new(runtime);
        using DescriptorSocket socket = new(Path.Combine(container.Folder, "c.sock"));
        container.Config["mounts"]!.AsArray().RemoveAt(1);
        container.Write("rootfs/etc/target", "kept\n");
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "dev/console"), target);
        container.Set("process.terminal", "true").Set("linux.readonlyPaths", """["/proc/sys"]""");

        // Whether it is refused or the link replaced: what the link leads to must not become the terminal.
        container.Script("cut -d' ' -f5 /proc/self/mountinfo >/mounts");
        if (container.TryCreate("--console-socket", socket.Path).ExitCode == 0)
        {
            using ReceivedMessage message = socket.Receive();
            container.Do("start", container.Id);
            Host.Until(() => container.Status == "stopped", "it has ended");
            string[] mounts = container.Read("rootfs/mounts").Split('\n');
            Assert.DoesNotContain("/etc/target", mounts);
            Assert.DoesNotContain(Pattern, mounts);
            Assert.DoesNotContain("/proc/sysrq-trigger", mounts);
        }

        Assert.Equal("kept\n", container.Read("rootfs/etc/target"));
    }

    [Clause("CVE-2025-52565"), EachRuntime]
    public void A_link_in_the_place_of_the_terminals_folder_stays_inside(string runtime)
    {
        using HostMark mark = new();
        using TestContainer container = new(runtime);
        container.Config["mounts"]!.AsArray().RemoveAt(1);
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "dev/pts"), mark.Folder);
        container.Script("true").TryRun();
        Assert.Equal(["mark"], Directory.EnumerateFileSystemEntries(mark.Folder).Select(Path.GetFileName));
        Assert.DoesNotContain(mark.Folder, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    [Clause("CVE-2025-52881"), EachRuntime]
    public void Kernel_parameters_are_not_written_through_what_was_mounted_below_proc(string runtime)
    {
        using TestContainer container = new(runtime);
        string fake = container.Write("fake/net/core/somaxconn", "untouched\n");
        Directory.CreateDirectory(Path.Combine(container.Folder, "fake/kernel"));
        File.CreateSymbolicLink(Path.Combine(container.Folder, "fake/kernel/msgmax"), "/proc/sysrq-trigger");
        container.Add("mounts", $$"""{"destination": "/proc/sys", "source": "{{container.Folder}}/fake", "options": ["bind"]}""");
        container.Set("linux.sysctl", """{"net.core.somaxconn": "777"}""").Script("true").TryRun();
        Assert.Equal("untouched\n", File.ReadAllText(fake));
    }

    [Clause("CVE-2025-52881"), EachRuntime]
    public void Kernel_parameters_are_not_written_through_an_image_that_fakes_proc(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("rootfs/fake/sys/net/core/somaxconn", "untouched\n");
        Directory.Delete(Path.Combine(container.Rootfs, "proc"));
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "proc"), "fake");
        container.Config["mounts"]!.AsArray().RemoveAt(0);
        container.Set("linux.sysctl", """{"net.core.somaxconn": "777"}""").Script("true").TryRun();
        Assert.Equal("untouched\n", container.Read("rootfs/fake/sys/net/core/somaxconn"));
    }

    [Clause("CVE-2021-30465"), EachRuntime]
    public void Destinations_that_are_exchanged_stay_inside(string runtime)
    {
        using HostMark mark = new();
        using TestContainer container = new(runtime);
        container.Write("volume/real/file", "x");
        File.CreateSymbolicLink(Path.Combine(container.Folder, "volume/link"), "/");
        container.Add("mounts", $$"""{"destination": "/test", "source": "{{container.Folder}}/volume", "options": ["bind"]}""");
        container.Add("mounts", """{"destination": "/test/real", "type": "tmpfs", "source": "tmpfs"}""");
        container.Add("mounts", $$"""{"destination": "/test/real/deep", "source": "{{container.Folder}}/volume", "options": ["bind"]}""");
        container.Script($"for d in / /test/ /test/real/ /test/real/deep/ /test/link/; do [ -e $d{mark.Path} ] && echo ESCAPED; done; true").Save();
        using Swapper swapper = new(Path.Combine(container.Folder, "volume/real"), Path.Combine(container.Folder, "volume/link"));
        for (int round = 0; round < 25; round++)
        {
            Assert.DoesNotContain("ESCAPED", container.TryRun().Output, StringComparison.Ordinal);
            Assert.DoesNotContain(container.Id, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        }
    }

    [Clause("CVE-2024-45310"), EachRuntime]
    public void No_file_or_folder_is_made_outside(string runtime)
    {
        using HostMark mark = new();
        using TestContainer container = new(runtime);
        container.Write("volume/real/file", "x");
        container.Write("source", "x");
        File.CreateSymbolicLink(Path.Combine(container.Folder, "volume/link"), mark.Folder);
        container.Add("mounts", $$"""{"destination": "/test", "source": "{{container.Folder}}/volume", "options": ["bind"]}""");
        container.Script("true");
        using Swapper swapper = new(Path.Combine(container.Folder, "volume/real"), Path.Combine(container.Folder, "volume/link"));
        for (int round = 0; round < 25; round++)
        {
            container.Add("mounts", $$"""{"destination": "/test/real/file-{{round}}", "source": "{{container.Folder}}/source", "options": ["bind"]}""");
            container.Add("mounts", $$"""{"destination": "/test/real/folder-{{round}}/deep", "type": "tmpfs", "source": "tmpfs"}""");
            container.TryRun();
            container.Config["mounts"]!.AsArray().RemoveAt(container.Config["mounts"]!.AsArray().Count - 1);
            container.Config["mounts"]!.AsArray().RemoveAt(container.Config["mounts"]!.AsArray().Count - 1);
        }

        Assert.Equal(["mark"], Directory.EnumerateFileSystemEntries(mark.Folder).Select(Path.GetFileName));
    }

    [Clause("CVE-2024-45310"), EachRuntime]
    public void Working_directories_and_devices_are_made_inside(string runtime)
    {
        using HostMark mark = new();
        using TestContainer container = new(runtime);
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "out"), mark.Folder);
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "up"), "../../../../../../.." + mark.Folder);
        container.Script("true").Set("process.cwd", "\"/out/new\"").TryRun();
        container.Set("process.cwd", "\"/up/new\"").TryRun();
        container.Set("process.cwd", "\"/\"").Add("linux.devices", """{"path": "/out/device", "type": "c", "major": 1, "minor": 3}""").TryRun();
        Assert.Equal(["mark"], Directory.EnumerateFileSystemEntries(mark.Folder).Select(Path.GetFileName));
    }
}
