using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Processes;

/// <summary>process.rlimits.</summary>
public sealed class RlimitTests
{
    [Clause("config.md#posix-process")]
    [EachRuntime("RLIMIT_NOFILE", "Max open files", 100, 200)]
    [EachRuntime("RLIMIT_NPROC", "Max processes", 500, 600)]
    [EachRuntime("RLIMIT_CORE", "Max core file size", 0, 1024)]
    [EachRuntime("RLIMIT_FSIZE", "Max file size", 1000000, 2000000)]
    [EachRuntime("RLIMIT_STACK", "Max stack size", 4194304, 8388608)]
    [EachRuntime("RLIMIT_DATA", "Max data size", 100000000, 200000000)]
    [EachRuntime("RLIMIT_AS", "Max address space", 500000000, 600000000)]
    [EachRuntime("RLIMIT_CPU", "Max cpu time", 100, 200)]
    [EachRuntime("RLIMIT_RSS", "Max resident set", 100000, 200000)]
    [EachRuntime("RLIMIT_MEMLOCK", "Max locked memory", 10000, 20000)]
    [EachRuntime("RLIMIT_LOCKS", "Max file locks", 10, 20)]
    [EachRuntime("RLIMIT_SIGPENDING", "Max pending signals", 100, 200)]
    [EachRuntime("RLIMIT_MSGQUEUE", "Max msgqueue size", 4096, 8192)]
    [EachRuntime("RLIMIT_NICE", "Max nice priority", 0, 0)]
    [EachRuntime("RLIMIT_RTPRIO", "Max realtime priority", 0, 0)]
    [EachRuntime("RLIMIT_RTTIME", "Max realtime timeout", 100, 200)]
    public void Both_values_are_those_of_getrlimit(string runtime, string type, string line, int soft, int hard)
    {
        using TestContainer container = new(runtime);
        container.Set("process.rlimits", $$"""[{"type": "{{type}}", "soft": {{soft}}, "hard": {{hard}}}]""");
        Assert.Matches($@"^{line}\s+{soft}\s+{hard}\b", container.Run($"grep '^{line}' /proc/self/limits"));
    }

    [Clause("config.md#posix-process"), EachRuntime]
    public void The_greatest_number_is_no_limit(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.rlimits", """[{"type": "RLIMIT_CORE", "soft": 18446744073709551615, "hard": 18446744073709551615}]""");
        Assert.Matches(@"unlimited\s+unlimited", container.Run("grep '^Max core' /proc/self/limits"));
    }

    [Clause("config.md#posix-process"), EachRuntime]
    public void A_type_that_the_kernel_does_not_know_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.rlimits", """[{"type": "RLIMIT_NOSUCH", "soft": 1, "hard": 1}]""").RefusedToStart();
    }

    [Clause("config.md#posix-process"), EachRuntime]
    public void A_type_given_twice_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.rlimits", """[{"type": "RLIMIT_CORE", "soft": 1, "hard": 1}, {"type": "RLIMIT_CORE", "soft": 2, "hard": 2}]""").RefusedToStart();
    }

    [Clause("config.md#posix-process"), EachRuntime]
    public void A_soft_limit_above_the_hard_one_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.rlimits", """[{"type": "RLIMIT_CORE", "soft": 2, "hard": 1}]""").RefusedToStart();
    }
}
