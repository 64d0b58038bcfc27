using Brig.Linux;
using Brig.Oci.Runtime;
using Brig.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Tests.Launch;

public sealed class LaunchPlanTests
{
    /// <summary>The order is the hard part: each pair would fail or open a hole the other way round.</summary>
    [Theory]
    [InlineData("join cgroup", "unshare cgroup namespace")]
    [InlineData("pivot_root", "unmount the host")]
    [InlineData("mount proc", "pivot_root")]
    [InlineData("report", "pivot_root")]
    [InlineData("open_tree(", "seccomp")]
    [InlineData("chdir(", "setgroups")]
    [InlineData("sysctl kernel.msgmax", "mount_setattr(")]
    [InlineData("await", "seccomp")]
    [InlineData("seccomp", "drop from the bounding set")]
    [InlineData("setgroups", "setgid")]
    [InlineData("setgid", "setuid")]
    [InlineData("setuid", "capset")]
    [InlineData("capset", "chdir(\".\")")]
    [InlineData("setuid", "parent death signal")]
    [InlineData("close_range", "reset signals")]
    [InlineData("reset signals", "sigprocmask")]
    public void Steps_come_in_their_order(string earlier, string later)
    {
        using SafeFileHandle any = Files.Open("/dev/null", OpenFlags.O_RDWR);
        List<string> steps = [.. Plan(any, noNewPrivileges: false).Steps.Select(step => step.ToString())];
        int first = steps.FindIndex(step => step.StartsWith(earlier, StringComparison.Ordinal));
        int second = steps.FindIndex(step => step.StartsWith(later, StringComparison.Ordinal));
        Assert.True(first >= 0 && second > first, $"{earlier} at {first}, {later} at {second}:\n{string.Join('\n', steps)}");
    }

    [Fact]
    public void With_no_new_privileges_the_filter_is_loaded_last()
    {
        using SafeFileHandle any = Files.Open("/dev/null", OpenFlags.O_RDWR);
        List<string> steps = [.. Plan(any, noNewPrivileges: true).Steps.Select(step => step.Operation)];
        Assert.True(steps.IndexOf("no new privileges") < steps.IndexOf("seccomp"));
        Assert.True(steps.IndexOf("capset") < steps.IndexOf("seccomp"));
    }

    [Fact]
    public void A_program_is_looked_for_along_its_own_path_and_never_in_the_working_directory()
    {
        using SafeFileHandle any = Files.Open("/dev/null", OpenFlags.O_RDWR);
        string[] looked = [.. Plan(any, noNewPrivileges: false).Steps.Where(step => step.Operation == "exec" && step.Arguments[0].Type == LaunchArgument.Kind.Number).Select(step => step.ToString())];
        string[] tried = [.. Plan(any, noNewPrivileges: false).Steps.Where(step => step.Operation == "exec" && step.Arguments[0].Type == LaunchArgument.Kind.Bytes).Select(step => step.ToString())];
        Assert.Equal((3, 3), (looked.Length, tried.Length));
        Assert.Contains("\"/usr/bin/tool\"", looked[0], StringComparison.Ordinal);
        Assert.Contains("\"/bin/tool\"", looked[1], StringComparison.Ordinal);
        Assert.Contains("\"/usr/bin/tool\"", tried[0], StringComparison.Ordinal);
        Assert.Contains("\"/bin/tool\"", tried[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_is_the_last_thing_before_the_exec()
    {
        using SafeFileHandle any = Files.Open("/dev/null", OpenFlags.O_RDWR);
        List<string> steps = [.. Plan(any, noNewPrivileges: true, new LaunchGate(any, any)).Steps.Select(step => $"{step.Operation} {step.Subject}")];
        int gate = steps.IndexOf("await start");
        Assert.True(gate > steps.FindIndex(step => step.StartsWith("close_range", StringComparison.Ordinal)));
        Assert.All(steps.Skip(gate + 1), step => Assert.True(step.StartsWith("seccomp", StringComparison.Ordinal) || step.StartsWith("exec", StringComparison.Ordinal), step));
    }

    private static LaunchPlan Plan(SafeFileHandle any, bool noNewPrivileges, LaunchGate? gate = null)
    {
        RuntimeSpec spec = new()
        {
            OciVersion = "1.2.0",
            Process = new ProcessSpec
            {
                Args = ["tool", "--flag"],
                Env = ["PATH=/usr/bin:.::/bin"],
                Cwd = "/work",
                User = new UserSpec { Uid = 1000, Gid = 1000, AdditionalGids = [4] },
                NoNewPrivileges = noNewPrivileges,
                Capabilities = new CapabilitiesSpec { Bounding = ["CAP_CHOWN"], Effective = ["CAP_CHOWN"], Permitted = ["CAP_CHOWN"] },
            },
            Hostname = "box",
            Linux = new LinuxSpec
            {
                Namespaces = [new NamespaceSpec { Type = "mount" }, new NamespaceSpec { Type = "uts" }, new NamespaceSpec { Type = "cgroup" }],
                Sysctl = new Dictionary<string, string> { ["kernel.msgmax"] = "8192" },
                ReadonlyPaths = ["/proc/sys"],
                MaskedPaths = ["/proc/kcore"],
                Seccomp = new SeccompSpec { DefaultAction = "SCMP_ACT_ALLOW" },
            },
        };
        LaunchRequest request = new() { Spec = spec, Root = any, RootPath = "/bundle/rootfs", Gate = gate, Options = LaunchOptions.DieWithParent | LaunchOptions.AwaitHooks };
        using NamespaceSet namespaces = NamespaceSet.Of(spec);
        return LaunchPlan.ForContainer(
            request,
            namespaces,
            [new PreparedMount("/proc", "proc", "proc", MountOptions.Parse(["nosuid"]), null)],
            new LaunchStreams(any, any, any, any, any, any, null),
            [any],
            [any]);
    }
}
