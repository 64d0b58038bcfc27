using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Isolation;

/// <summary>What a container sees of the machine, read back from inside, and what the machine sees of it.</summary>
public sealed class IsolationTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Theory]
    [InlineData("mnt")]
    [InlineData("pid")]
    [InlineData("net")]
    [InlineData("ipc")]
    [InlineData("uts")]
    [InlineData("cgroup")]
    public void Namespaces_are_its_own(string name)
    {
        string inside = brig.Run($"readlink /proc/self/ns/{name}").Line;
        Assert.StartsWith(name + ":[", inside, StringComparison.Ordinal);
        Assert.NotEqual(Host.Shell($"readlink /proc/self/ns/{name}"), inside);
    }

    [Fact]
    public void No_mount_of_the_machine_is_inside_and_none_of_the_containers_outside()
    {
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "--network", "none", BaseImage.Name, "sleep", "100");
        Assert.DoesNotContain(brig.Path, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        string[] targets = [.. brig.Do("exec", name, "cat", "/proc/self/mountinfo").Split('\n').Select(line => line.Split(' ')[4])];
        Assert.All(targets, target => Assert.True(target == "/" || target.StartsWith("/proc", StringComparison.Ordinal) || target.StartsWith("/dev", StringComparison.Ordinal)
            || target.StartsWith("/sys", StringComparison.Ordinal) || target is "/etc/hosts" or "/etc/hostname" or "/etc/resolv.conf", target));
        brig.Do("rm", "-f", name);
    }

    [Theory]
    [InlineData("cat /proc/kcore", "")]
    [InlineData("cat /proc/keys", "")]
    [InlineData("cat /proc/timer_list", "")]
    [InlineData("ls /proc/acpi /sys/firmware 2>/dev/null | grep -v :", "")]
    public void Masked_paths_show_nothing(string script, string expected) => Assert.Equal(expected, brig.Run(script + "; true").Line);

    [Theory]
    [InlineData("echo 1 > /proc/sys/kernel/printk")]
    [InlineData("echo h > /proc/sysrq-trigger")]
    [InlineData("echo 0 > /proc/irq/default_smp_affinity")]
    [InlineData("touch /sys/fs/cgroup/pids/x")]
    [InlineData("mkdir /sys/fs/cgroup/memory/x")]
    public void What_is_read_only_cannot_be_written(string script) => Assert.NotEqual(0, brig.Run(script).ExitCode);

    [Fact]
    public void Only_the_three_standard_descriptors_are_inherited()
    {
        Outcome outcome = new RunningCommand("/bin/sh", ["-c", $"exec 7</etc/passwd 9>/dev/null; exec {EngineRoot.Binary} {brig.Global} run --rm --network none {BaseImage.Name} ls /proc/self/fd"]).Wait();
        Assert.Equal("0\n1\n2\n3\n", outcome.Output); // 3 is ls reading the folder
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "--network", "none", BaseImage.Name, "sleep", "100");
        Assert.Equal("0\n1\n2\n3", brig.Do("exec", name, "ls", "/proc/self/fd"));
        brig.Do("rm", "-f", name);
    }

    [Theory]
    [InlineData("unshare -m true")]
    [InlineData("unshare -U true")]
    [InlineData("mount -t tmpfs x /mnt")]
    [InlineData("mknod /dev/sda b 8 0 && cat /dev/sda")]
    [InlineData("dmesg")]
    public void The_filter_and_the_capabilities_refuse(string script) => Assert.NotEqual(0, brig.Run(script).ExitCode);

    [Fact]
    public void The_filter_is_on_and_signals_are_as_a_program_expects_them()
    {
        string status = brig.Run("cat /proc/self/status").Output;
        Assert.Contains("Seccomp:\t2", status, StringComparison.Ordinal);
        Assert.Contains("SigIgn:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Contains("SigBlk:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Contains("CapInh:\t0000000000000000", status, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cgroup_is_the_root_of_what_is_seen() =>
        Assert.All(brig.Run("cat /proc/self/cgroup").Line.Split('\n'), line => Assert.EndsWith(":/", line, StringComparison.Ordinal));

    [Fact]
    public void The_engines_binary_cannot_be_reached_from_inside()
    {
        // The first process was never the engine's program under the container's eyes: exe is the container's own (CVE-2019-5736).
        string name = brig.NewName();
        brig.Do("run", "-d", "--name", name, "--network", "none", BaseImage.Name, "sleep", "100");
        Assert.Equal("/usr/bin/sleep", brig.Do("exec", name, "readlink", "/proc/1/exe"));
        Assert.Equal("/usr/bin/readlink", brig.Do("exec", name, "readlink", "/proc/self/exe"));
        brig.Do("rm", "-f", name);
    }
}
