using System.Text.Json.Nodes;
using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Seccomp;

/// <summary>linux.seccomp.</summary>
public sealed class SeccompTests
{
    private static string MakeDirectory(string action, string more = "") =>
        $$"""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "{{action}}"{{more}}}]}""";

    [Clause("config-linux.md#seccomp"), EachRuntime]
    public void An_error_is_permission_by_default(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Contains("Operation not permitted", container.Set("linux.seccomp", MakeDirectory("SCMP_ACT_ERRNO")).Script("mkdir /tmp/x").TryRun().Error, StringComparison.Ordinal);
    }

    [Clause("config-linux.md#seccomp"), EachRuntime]
    public void An_error_has_the_given_number(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Contains("No space left", container.Set("linux.seccomp", MakeDirectory("SCMP_ACT_ERRNO", ", \"errnoRet\": 28")).Script("mkdir /tmp/x").TryRun().Error, StringComparison.Ordinal);
    }

    [Clause("config-linux.md#seccomp")]
    [EachRuntime("SCMP_ACT_KILL", "159"), EachRuntime("SCMP_ACT_KILL_PROCESS", "159"), EachRuntime("SCMP_ACT_KILL_THREAD", "159"), EachRuntime("SCMP_ACT_TRAP", "159"), EachRuntime("SCMP_ACT_LOG", "0"), EachRuntime("SCMP_ACT_ALLOW", "0"), EachRuntime("SCMP_ACT_TRACE", "1")]
    public void An_action_does_what_its_name_says(string runtime, string action, string expected)
    {
        using TestContainer container = new(runtime);
        Assert.Equal(expected, container.Set("linux.seccomp", MakeDirectory(action)).Run("mkdir /tmp/x 2>/dev/null; echo $?"));
    }

    [Clause("config-linux.md#seccomp"), EachRuntime]
    public void The_default_action_has_its_own_number(string runtime)
    {
        using TestContainer container = new(runtime);
        string known = string.Join(", ", KnownCalls.Split(' ').Select(name => $"\"{name}\""));
        container.Set("linux.seccomp", $$"""{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 28, "syscalls": [{"names": [{{known}}], "action": "SCMP_ACT_ALLOW"}]}""");
        Assert.Contains("No space left", container.Script("mkdir /tmp/x").TryRun().Error, StringComparison.Ordinal);
    }

    // The signals that kill(2) sends are its second argument; to process 1, which has no handler, they do nothing.
    [Clause("config-linux.md#seccomp")]
    [EachRuntime("SCMP_CMP_EQ", "10", "", "10"), EachRuntime("SCMP_CMP_NE", "10", "", "1 12 18")]
    [EachRuntime("SCMP_CMP_LT", "12", "", "1 10"), EachRuntime("SCMP_CMP_LE", "12", "", "1 10 12")]
    [EachRuntime("SCMP_CMP_GT", "12", "", "18"), EachRuntime("SCMP_CMP_GE", "12", "", "12 18")]
    [EachRuntime("SCMP_CMP_MASKED_EQ", "8", ", \"valueTwo\": 8", "10 12")]
    public void An_operator_compares_as_its_name_says(string runtime, string operation, string value, string more, string refused)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.seccomp", $$"""
            {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "op": "{{operation}}", "value": {{value}}{{more}}}]}]}
            """);
        Assert.Equal(refused, container.Run("echo $(for s in 1 10 12 18; do kill -$s 1 2>/dev/null || echo $s; done)"));
    }

    [Clause("config-linux.md#seccomp"), EachRuntime]
    public void Several_comparisons_must_all_hold(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.seccomp", """
            {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["kill"], "action": "SCMP_ACT_ERRNO",
             "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 1}, {"index": 1, "op": "SCMP_CMP_GE", "value": 12}]}]}
            """);
        Assert.Equal("12", container.Run("sleep 100 & echo $(kill -10 1 || echo 10; kill -12 1 2>/dev/null || echo 12; kill -12 $! || echo other)"));
    }

    [Clause("config-linux.md#seccomp"), EachRuntime]
    public void Several_entries_of_one_call_are_alternatives(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.seccomp", """
            {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
             {"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "op": "SCMP_CMP_EQ", "value": 10}]},
             {"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "op": "SCMP_CMP_EQ", "value": 12}]}]}
            """);
        Assert.Equal("10 12", container.Run("echo $(for s in 1 10 12 18; do kill -$s 1 2>/dev/null || echo $s; done)"));
    }

    [Clause("config-linux.md#seccomp"), EachRuntime]
    public void Calls_that_the_runtime_does_not_know_are_passed_over(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("fine", container.Set("linux.seccomp", """{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["no_such_call"], "action": "SCMP_ACT_ERRNO"}]}""").Run("echo fine"));
    }

    [Clause("config-linux.md#seccomp")]
    [EachRuntime("SECCOMP_FILTER_FLAG_TSYNC"), EachRuntime("SECCOMP_FILTER_FLAG_LOG"), EachRuntime("SECCOMP_FILTER_FLAG_SPEC_ALLOW")]
    public void A_flag_is_accepted(string runtime, string flag)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.seccomp", MakeDirectory("SCMP_ACT_ERRNO")).Set("linux.seccomp.flags", $"[\"{flag}\"]");
        Assert.Equal("2 refused", container.Run("echo $(grep Seccomp: /proc/self/status | cut -f2) $(mkdir /tmp/x 2>/dev/null || echo refused)"));
    }

    [Clause("config-linux.md#seccomp"), EachRuntime]
    public void Further_architectures_are_accepted(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.seccomp", MakeDirectory("SCMP_ACT_ERRNO")).Set("linux.seccomp.architectures", """["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]""");
        Assert.Equal("refused", container.Run("mkdir /tmp/x 2>/dev/null || echo refused"));
    }

    [Clause("config-linux.md#seccomp")]
    [EachRuntime("""{"defaultAction": "SCMP_ACT_NOSUCH"}""")]
    [EachRuntime("""{"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_NOSUCH"]}""")]
    [EachRuntime("""{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_NOSUCH"]}""")]
    [EachRuntime("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "op": "SCMP_CMP_NOSUCH", "value": 1}]}]}""")]
    [EachRuntime("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 6, "op": "SCMP_CMP_EQ", "value": 1}]}]}""")]
    [EachRuntime("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": [], "action": "SCMP_ACT_ERRNO"}]}""")]
    [EachRuntime("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["kill"], "action": "SCMP_ACT_KILL", "errnoRet": 5}]}""")]
    [EachRuntime("""{"defaultAction": "SCMP_ACT_ALLOW", "listenerMetadata": "x"}""")]
    public void A_filter_that_is_not_understood_is_refused(string runtime, string seccomp)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.seccomp", seccomp).RefusedToStart();
    }

    [Clause("config-linux.md#the-container-process-state"), EachRuntime]
    public void The_agent_gets_the_listener_and_the_state(string runtime)
    {
        using TestContainer container = new(runtime);
        using DescriptorSocket agent = new(Path.Combine(container.Folder, "agent.sock"));
        container.Set("annotations", """{"com.example.key": "value"}""");
        container.Set("linux.seccomp", MakeDirectory("SCMP_ACT_NOTIFY"));
        container.Set("linux.seccomp.listenerPath", $"\"{agent.Path}\"").Set("linux.seccomp.listenerMetadata", "\"some: data\"");
        container.Script("mkdir /tmp/x; echo over").Save();
        using RunningCommand run = container.Begin("run", "run", "--bundle", container.Folder, container.Id);
        using (ReceivedMessage message = agent.Receive())
        {
            Assert.Equal(1, message.Descriptors);
            JsonNode state = JsonNode.Parse(message.Text)!;
            Assert.Equal("seccompFd", Assert.Single(state["fds"]!.AsArray())!.GetValue<string>());
            Assert.Equal("some: data", state["metadata"]!.GetValue<string>());
            Assert.Equal(container.Id, state["state"]!["id"]!.GetValue<string>());
            Assert.Contains(state["state"]!["status"]!.GetValue<string>(), (string[])["creating", "created", "running"]);
            Assert.Equal("value", state["state"]!["annotations"]!["com.example.key"]!.GetValue<string>());
            Assert.Equal(container.Folder, state["state"]!["bundle"]!.GetValue<string>());
            int pid = state["pid"]!.GetValue<int>();
            Assert.True(Directory.Exists($"/proc/{pid}"));
            Assert.StartsWith("1.", state["ociVersion"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        // Nobody answers any more: the call does not exist.
        Assert.Contains("not implemented", run.Wait().Error, StringComparison.Ordinal);
    }

    [Clause("config-linux.md#seccomp"), EachRuntime]
    public void An_agent_that_is_not_there_is_an_error(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.seccomp", MakeDirectory("SCMP_ACT_NOTIFY")).Set("linux.seccomp.listenerPath", $"\"{container.Folder}/nobody.sock\"").RefusedToStart();
    }

    [Clause("config-linux.md#seccomp"), EachRuntime]
    public void The_listeners_path_is_ignored_without_the_action(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.seccomp", MakeDirectory("SCMP_ACT_ERRNO")).Set("linux.seccomp.listenerPath", $"\"{container.Folder}/nobody.sock\"");
        Assert.Equal("fine", container.Run("echo fine"));
    }

    [Clause("config-linux.md#seccomp"), EachRuntime]
    public void Further_commands_have_the_filter_too(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("linux.seccomp", MakeDirectory("SCMP_ACT_ERRNO")).Start();
        Assert.Equal("refused", container.Exec("mkdir /tmp/x 2>/dev/null || echo refused"));
    }

    [Clause("config-linux.md#seccomp"), EachRuntime]
    public void Without_no_new_privileges_the_filter_holds_for_a_user_without_rights(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.noNewPrivileges", "false").Set("process.user", """{"uid": 1000, "gid": 1000}""").Set("linux.seccomp", MakeDirectory("SCMP_ACT_ERRNO", ", \"errnoRet\": 28"));
        Assert.Contains("No space left", container.Script("mkdir /tmp/x").TryRun().Error, StringComparison.Ordinal);
    }

    // Everything but mkdir that a shell and a runtime's last steps need.
    private const string KnownCalls =
        "access alarm arch_prctl brk capget capset chdir clone clone3 close close_range connect dup dup2 dup3 epoll_create1 epoll_ctl epoll_pwait epoll_wait eventfd2 execve execveat exit exit_group faccessat " +
        "faccessat2 fchdir fchmod fchown fcntl fork fstat fstatfs futex getcwd getdents64 getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getrandom getrlimit getsockname getsockopt gettid " +
        "getuid ioctl keyctl kill lseek lstat madvise mmap mprotect mremap munmap nanosleep newfstatat open openat openat2 pipe pipe2 poll ppoll prctl pread64 prlimit64 pwrite64 read readlink readlinkat recvmsg " +
        "restart_syscall rseq rt_sigaction rt_sigprocmask rt_sigreturn rt_sigsuspend sched_getaffinity sched_yield seccomp sendmsg sendto set_robust_list set_tid_address setgid setgroups setpgid setresgid setresuid " +
        "setrlimit setsid setuid sigaltstack socket stat statfs statx sysinfo tgkill time tkill umask uname unlink vfork wait4 waitid write writev";
}
