using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Run;

/// <summary>What flags take away from a container or give to it.</summary>
public sealed class LimitsTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    private const string Sets = "grep -E '^Cap(Prm|Eff|Bnd|Inh|Amb)|NoNewPrivs|^Seccomp:' /proc/self/status | tr -d '\\t' | tr '\\n' ' '";

    [Fact]
    public void A_read_only_root_takes_no_file()
    {
        Outcome outcome = brig.Run("touch /file; echo $?; touch /dev/shm/ok && echo ok", "--read-only");
        Assert.Contains("Read-only file system", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("1\nok\n", outcome.Output);
    }

    [Fact]
    public void A_tmpfs_has_its_options()
    {
        Outcome outcome = brig.Run("grep ' /scratch ' /proc/self/mountinfo; touch /scratch/x && echo writable; stat -c %a /scratch", "--read-only", "--tmpfs", "/scratch:size=1m,mode=700");
        Assert.Contains("nosuid,nodev,noexec", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("size=1024k", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("writable\n700\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Capabilities_are_dockers_fourteen()
    {
        Outcome outcome = brig.Run(Sets);
        Assert.Equal("CapInh:0000000000000000 CapPrm:00000000a80425fb CapEff:00000000a80425fb CapBnd:00000000a80425fb CapAmb:0000000000000000 NoNewPrivs:0 Seccomp:2 ", outcome.Output);
    }

    [Fact]
    public void Capabilities_can_be_dropped_and_added()
    {
        Assert.Contains("CapEff:0000000000000000 CapBnd:0000000000000000", brig.Run(Sets, "--cap-drop", "ALL").Output, StringComparison.Ordinal);
        Assert.Contains("CapEff:0000000000001000 CapBnd:0000000000001000", brig.Run(Sets, "--cap-drop", "all", "--cap-add", "net_admin").Output, StringComparison.Ordinal);
        Assert.Contains("CapEff:00000000a80425fa", brig.Run(Sets, "--cap-drop", "CAP_CHOWN").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_user_has_no_capability_but_keeps_the_bound()
    {
        Assert.Equal("CapInh:0000000000000000 CapPrm:0000000000000000 CapEff:0000000000000000 CapBnd:00000000a80425fb CapAmb:0000000000000000 NoNewPrivs:0 Seccomp:2 ", brig.Run(Sets, "-u", "1000").Output);
    }

    [Fact]
    public void Privileged_has_all_of_them_and_no_filter()
    {
        string own = Host.Shell("grep CapBnd /proc/self/status | tr -d '\\t' | cut -d: -f2");
        Outcome outcome = brig.Run(Sets + "; mkdir /m && mount -t tmpfs none /m && echo mounted; test -w /proc/sys/kernel/hostname && echo writable", "--privileged");
        Assert.Contains($"CapEff:{own} CapBnd:{own}", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Seccomp:0 ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("mounted\nwritable\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void No_new_privileges_and_an_open_filter()
    {
        Assert.Contains("NoNewPrivs:1 Seccomp:2", brig.Run(Sets, "--security-opt", "no-new-privileges").Output, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:0 Seccomp:0", brig.Run(Sets, "--security-opt", "seccomp=unconfined").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ulimits_are_set()
    {
        Outcome outcome = brig.Run("ulimit -Sn; ulimit -Hn; ulimit -c", "--ulimit", "nofile=100:200", "--ulimit", "core=0");
        Assert.Equal("100\n200\n0\n", outcome.Output);
        Assert.StartsWith("1024\n", brig.Run("ulimit -Sn").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Shared_memory_and_sysctls()
    {
        Outcome outcome = brig.Run("df -k /dev/shm | tail -1 | awk '{print $2}'; cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmni", "--shm-size", "3m", "--sysctl", "net.ipv4.ip_forward=1", "--sysctl", "kernel.shmmni=1234");
        Assert.Equal("3072\n1\n1234\n", outcome.Output);
    }

    [Fact]
    public void Rm_leaves_nothing()
    {
        brig.Do("run", "--rm", "-v", "/anonymous", "--network", "none", BaseImage.Name, "touch", "/file", "/anonymous/file");
        Assert.Equal("", brig.Do("ps", "-aq"));
        Assert.Empty(Directory.GetFileSystemEntries(brig.Path + "/containers"));
        Assert.True(!Directory.Exists(brig.Path + "/volumes") || Directory.GetFileSystemEntries(brig.Path + "/volumes").Length == 0);
    }
}
