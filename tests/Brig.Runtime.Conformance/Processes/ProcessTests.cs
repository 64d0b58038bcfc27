using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Processes;

/// <summary>process.args, env, cwd.</summary>
public sealed class ProcessTests
{
    [Clause("config.md#process"), EachRuntime]
    public void Arguments_are_given_as_they_are(string runtime)
    {
        using TestContainer container = new(runtime);
        Outcome outcome = container.Arguments("printf", "[%s]", "a b", "", "ü", "$HOME").TryRun();
        Assert.Equal("[a b][][ü][$HOME]", outcome.Output);
    }

    [Clause("config.md#process"), EachRuntime]
    public void The_program_is_searched_in_the_path_of_its_own_environment(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("rootfs/usr/own", "#!/bin/sh\necho own\n", executable: true);
        Assert.Equal("own", container.Set("process.env", """["PATH=/none:/usr:/bin"]""").Arguments("own").TryRun().Line);
    }

    [Clause("config.md#process"), EachRuntime]
    public void A_relative_path_is_taken_from_the_working_directory(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("rootfs/usr/own", "#!/bin/sh\necho own\n", executable: true);
        Assert.Equal("own", container.Set("process.cwd", "\"/usr\"").Arguments("./own").TryRun().Line);
    }

    [Clause("config.md#process"), EachRuntime]
    public void The_environment_is_what_is_listed(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.env", """["PATH=/bin", "HOME=/somewhere", "EMPTY=", "WITH=a=b c"]""");
        string[] lines = [.. container.Run("env").Split('\n').Where(line => !line.StartsWith("SHLVL=", StringComparison.Ordinal) && !line.StartsWith("PWD=", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(["EMPTY=", "HOME=/somewhere", "PATH=/bin", "WITH=a=b c"], lines);
    }

    [Clause("config.md#process"), EachRuntime]
    public void The_working_directory_is_made_when_it_is_missing(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("/new/folder", container.Set("process.cwd", "\"/new/folder\"").Run("pwd"));
    }

    [Clause("config.md#process"), EachRuntime]
    public void The_working_directory_may_be_below_a_mount(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("mounts", """{"destination": "/data", "type": "tmpfs", "source": "tmpfs"}""");
        Assert.Equal("/data/inner", container.Set("process.cwd", "\"/data/inner\"").Run("pwd"));
        Assert.False(Directory.Exists(Path.Combine(container.Rootfs, "data/inner")));
    }

    [Clause("config.md#process"), EachRuntime]
    public void A_working_directory_that_is_not_absolute_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.cwd", "\"relative\"").RefusedToStart();
    }

    [Clause("config.md#process"), EachRuntime]
    public void A_working_directory_that_is_a_file_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("rootfs/file", "");
        container.Set("process.cwd", "\"/file\"").RefusedToStart();
    }

    [Clause("config.md#process"), EachRuntime]
    public void An_empty_list_of_arguments_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("process.args", "[]").RefusedToStart();
    }

    [Clause("config.md#process"), EachRuntime]
    public void The_program_is_the_first_process_of_a_session(string runtime)
    {
        using TestContainer container = new(runtime);
        Assert.Equal("1 1 1", container.Run("cut -d' ' -f1,5,6 /proc/$$/stat"));
    }

    [Clause("config.md#process"), EachRuntime]
    public void No_signal_is_blocked_or_ignored(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Arguments("grep", "Sig[BI]", "/proc/self/status");
        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000", container.TryRun().Line);
    }
}
