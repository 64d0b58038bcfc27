using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Escapes;

/// <summary>CVE-2024-21626 and CVE-2016-9962: a descriptor of a folder of the machine as working directory, or in the sight of another process.</summary>
public sealed class LeakedDescriptorTests
{
    // Whatever folder it is, the machine's root is at most so far up.
    private const string Up = "../../../../../../../..";

    [Clause("CVE-2024-21626")]
    [EachRuntime("/proc/self/fd/"), EachRuntime("/proc/1/fd/"), EachRuntime("/proc/thread-self/fd/")]
    public void A_descriptor_as_working_directory_leads_nowhere(string runtime, string folder)
    {
        using HostMark mark = new();
        using TestContainer container = new(runtime);
        container.Prelude = "exec 7</ 8</sys/fs/cgroup;";
        container.Script($"[ -e {Up}{mark.Path} ] && echo ESCAPED; [ -e .{mark.Path} ] && echo ESCAPED; true");
        for (int number = 3; number < 16; number++)
        {
            container.Set("process.cwd", $"\"{folder}{number}\"");
            Assert.DoesNotContain("ESCAPED", container.TryRun().Output, StringComparison.Ordinal);
        }
    }

    [Clause("CVE-2024-21626"), EachRuntime]
    public void A_link_to_a_descriptor_as_working_directory_leads_nowhere(string runtime)
    {
        using HostMark mark = new();
        using TestContainer container = new(runtime);
        container.Prelude = "exec 7</ 8</sys/fs/cgroup;";
        container.Script($"[ -e {Up}{mark.Path} ] && echo ESCAPED; true").Set("process.cwd", "\"/evil\"");
        for (int number = 3; number < 16; number++)
        {
            File.Delete(Path.Combine(container.Rootfs, "evil"));
            File.CreateSymbolicLink(Path.Combine(container.Rootfs, "evil"), $"/proc/self/fd/{number}");
            Assert.DoesNotContain("ESCAPED", container.TryRun().Output, StringComparison.Ordinal);
        }
    }

    [Clause("CVE-2024-21626"), EachRuntime]
    public void A_descriptor_as_working_directory_of_a_command_leads_nowhere(string runtime)
    {
        using HostMark mark = new();
        using TestContainer container = new(runtime);
        container.Start();
        container.Prelude = "exec 7</ 8</sys/fs/cgroup;";
        for (int number = 3; number < 16; number++)
        {
            Outcome outcome = container.TryExec($"[ -e {Up}{mark.Path} ] && echo ESCAPED; true", "--cwd", $"/proc/self/fd/{number}");
            Assert.DoesNotContain("ESCAPED", outcome.Output, StringComparison.Ordinal);
        }
    }

    [Clause("CVE-2024-21626"), EachRuntime]
    public void A_working_directory_that_was_moved_away_is_not_entered(string runtime)
    {
        using TestContainer container = new(runtime);
        Directory.CreateDirectory(Path.Combine(container.Rootfs, "here"));
        container.Set("process.cwd", "\"/here\"");
        Assert.Equal("/here", container.Run("readlink /proc/self/cwd"));
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "up"), Up);
        Outcome outcome = container.Set("process.cwd", "\"/up\"").Script("readlink /proc/self/cwd").TryRun();
        Assert.True(outcome.ExitCode != 0 || outcome.Line == "/", outcome.ToString());
    }

    // The third way of the advisory, and CVE-2016-9962: look through the process that joins, before it executes.
    [Clause("CVE-2016-9962"), EachRuntime]
    public void Nothing_of_the_machine_is_reached_through_a_process_that_joins(string runtime)
    {
        using HostMark mark = new();
        using TestContainer container = new(runtime);
        container.Write("rootfs/attack", $$"""
            echo ready
            while [ ! -e /over ]; do
              n=1
              while [ $n -lt 400 ]; do
                n=$((n+1))
                [ -e /proc/$n ] || continue
                for place in root cwd fd/3 fd/4 fd/5 fd/6 fd/7 fd/8 fd/9 fd/10 fd/11 fd/12; do
                  [ -e /proc/$n/$place{{mark.Path}} ] && echo ESCAPED $place
                done
              done
            done
            """);
        container.Arguments("sh", "/attack").Start();
        container.UntilOutput("ready");
        container.Prelude = "exec 7</ 8</sys/fs/cgroup;";
        for (int round = 0; round < 20; round++)
        {
            container.Do("exec", container.Id, "true");
        }

        container.Write("rootfs/over", "");
        Assert.DoesNotContain("ESCAPED", container.UntilStopped(), StringComparison.Ordinal);
    }
}
