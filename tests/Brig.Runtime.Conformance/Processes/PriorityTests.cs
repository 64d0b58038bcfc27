using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Processes;

/// <summary>process.oomScoreAdj, scheduler, ioPriority, and what has no module here.</summary>
public sealed class PriorityTests
{
    [Clause("config.md#linux-process")]
    [EachRuntime(100), EachRuntime(500), EachRuntime(1000)]
    public void The_score_for_the_want_of_memory_is_the_given_one(string runtime, int score)
    {
        using TestContainer container = new(runtime);
        Assert.Equal(score.ToString(), container.Set("process.oomScoreAdj", score.ToString()).Run("cat /proc/self/oom_score_adj"));
    }

    [Clause("config.md#linux-process"), EachRuntime]
    public void The_score_is_not_changed_when_none_is_given(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Prelude = "echo 321 >/proc/$$/oom_score_adj;";
        Assert.Equal("321", container.Run("cat /proc/self/oom_score_adj"));
    }

    // Fields of /proc/self/stat: 19 nice, 40 real-time priority, 41 policy.
    [Clause("config.md#linux-process")]
    [EachRuntime("""{"policy": "SCHED_BATCH", "nice": 7}""", "7 0 3")]
    [EachRuntime("""{"policy": "SCHED_IDLE"}""", "0 0 5")]
    [EachRuntime("""{"policy": "SCHED_OTHER", "nice": 3}""", "3 0 0")]
    [EachRuntime("""{"policy": "SCHED_BATCH", "flags": ["SCHED_FLAG_RESET_ON_FORK"]}""", "0 0 3")]
    [EachRuntime("""{"policy": "SCHED_DEADLINE", "runtime": 10000000, "deadline": 20000000, "period": 50000000}""", "0 0 6")]
    public void The_scheduler_is_the_given_one(string runtime, string scheduler, string expected)
    {
        using TestContainer container = new(runtime);
        Assert.Equal(expected, container.Set("process.scheduler", scheduler).Arguments("cut", "-d ", "-f19,40,41", "/proc/self/stat").TryRun().Line);
    }

    [Clause("config.md#linux-process")]
    [EachRuntime("""{"policy": "SCHED_NOSUCH"}"""), EachRuntime("""{"policy": "SCHED_OTHER", "flags": ["SCHED_FLAG_NOSUCH"]}"""), EachRuntime("""{"policy": "SCHED_OTHER", "priority": 5}""")]
    public void A_scheduler_that_is_not_known_is_refused(string runtime, string scheduler)
    {
        using TestContainer container = new(runtime);
        container.Set("process.scheduler", scheduler).RefusedToStart();
    }

    [Clause("config.md#linux-process")]
    [EachRuntime("""{"class": "IOPRIO_CLASS_BE", "priority": 6}""", "best-effort: prio 6")]
    [EachRuntime("""{"class": "IOPRIO_CLASS_RT", "priority": 2}""", "realtime: prio 2")]
    [EachRuntime("""{"class": "IOPRIO_CLASS_IDLE", "priority": 0}""", "idle")]
    public void The_priority_of_input_and_output_is_the_given_one(string runtime, string priority, string expected)
    {
        using TestContainer container = new(runtime);
        Assert.StartsWith(expected, container.Set("process.ioPriority", priority).Run("ionice -p $$"), StringComparison.Ordinal);
    }

    [Clause("config.md#linux-process")]
    [EachRuntime("""{"class": "IOPRIO_CLASS_NOSUCH", "priority": 1}"""), EachRuntime("""{"class": "IOPRIO_CLASS_BE", "priority": 8}""")]
    public void A_priority_that_is_not_known_is_refused(string runtime, string priority)
    {
        using TestContainer container = new(runtime);
        container.Set("process.ioPriority", priority).RefusedToStart();
    }

    [Clause("config.md#linux-process")]
    [EachRuntime("process.apparmorProfile"), EachRuntime("process.selinuxLabel"), EachRuntime("linux.mountLabel")]
    public void A_label_for_a_security_module_that_is_off_is_refused(string runtime, string field)
    {
        Assert.False(Directory.Exists("/sys/kernel/security/apparmor") || Directory.Exists("/sys/fs/selinux/class"), "this machine has a security module");
        using TestContainer container = new(runtime);
        container.Set(field, "\"some_label\"").RefusedToStart();
    }

    [Clause("config-linux.md#personality"), EachRuntime]
    public void The_personality_changes_what_uname_says(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("i686", container.Set("linux.personality", """{"domain": "LINUX32"}""").Run("uname -m"));
    }

    [Clause("config-linux.md#personality"), EachRuntime]
    public void A_personality_that_is_not_known_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.personality", """{"domain": "LINUX128"}""").RefusedToStart();
    }

    [Clause("config-linux.md#memory-policy")]
    [EachRuntime("""{"mode": "MPOL_BIND", "nodes": "0"}""", "bind:0")]
    [EachRuntime("""{"mode": "MPOL_INTERLEAVE", "nodes": "0"}""", "interleave:0")]
    [EachRuntime("""{"mode": "MPOL_PREFERRED", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]}""", "prefer=static:0")]
    [EachRuntime("""{"mode": "MPOL_LOCAL"}""", "local")]
    public void The_memory_policy_is_the_given_one(string runtime, string policy, string expected)
    {
        using TestContainer container = new(runtime);
        Assert.Contains(expected, container.Set("linux.memoryPolicy", policy).Run("head -n 3 /proc/self/numa_maps"), StringComparison.Ordinal);
    }

    [Clause("config-linux.md#memory-policy")]
    [EachRuntime("""{"mode": "MPOL_NOSUCH"}"""), EachRuntime("""{"mode": "MPOL_BIND"}"""), EachRuntime("""{"mode": "MPOL_BIND", "nodes": "x"}"""), EachRuntime("""{"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_NOSUCH"]}""")]
    public void A_memory_policy_that_is_not_known_is_refused(string runtime, string policy)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.memoryPolicy", policy).RefusedToStart();
    }

    [Clause("config-linux.md#intelrdt")]
    [EachRuntime("""{"closID": "group", "l3CacheSchema": "L3:0=f"}"""), EachRuntime("""{"memBwSchema": "MB:0=20"}"""), EachRuntime("""{"schemata": ["L3:0=f"]}"""), EachRuntime("""{"enableMonitoring": true}""")]
    public void Resource_director_technology_is_refused_without_its_file_system(string runtime, string technology)
    {
        Assert.DoesNotContain(" resctrl ", File.ReadAllText("/proc/mounts"), StringComparison.Ordinal);
        using TestContainer container = new(runtime);
        container.Set("linux.intelRdt", technology).RefusedToStart();
    }

    [Clause("config-linux.md#sysctl"), EachRuntime]
    public void Kernel_parameters_of_the_containers_namespaces_are_set(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.sysctl", """{"net.ipv4.ip_forward": "1", "kernel.msgmax": "9999", "net.core.somaxconn": "256"}""");
        Assert.Equal("1\n9999\n256", container.Run("cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax /proc/sys/net/core/somaxconn"));
    }

    [Clause("config-linux.md#sysctl")]
    [EachRuntime("kernel.pid_max"), EachRuntime("vm.swappiness"), EachRuntime("net.no.such"), EachRuntime("kernel/../../etc/passwd")]
    public void Kernel_parameters_of_the_machine_are_refused(string runtime, string name)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.sysctl", $$"""{"{{name}}": "1"}""").RefusedToStart();
    }

    [Clause("config-linux.md#sysctl"), EachRuntime]
    public void Parameters_of_a_namespace_that_is_not_new_are_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.namespaces", """[{"type": "mount"}, {"type": "pid"}]""").Remove("hostname");
        container.Set("linux.sysctl", """{"net.ipv4.ip_forward": "1"}""").RefusedToStart();
    }
}
