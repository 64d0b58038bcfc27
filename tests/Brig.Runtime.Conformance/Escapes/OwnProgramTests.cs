using System.Security.Cryptography;
using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Escapes;

/// <summary>CVE-2019-5736: a container writes to the runtime's own program through /proc/PID/exe. Tried on a copy of the program.</summary>
public sealed class OwnProgramTests
{
    // Built-ins only, so that a process that lives for a millisecond is caught: opens the program of every process that is not the
    // container's own, ends that process, and writes through the descriptor as soon as the file is no longer "text busy". When it is
    // told that all is over, nobody runs the program any more: thirty more tries decide.
    private const string Attacker = """
        echo ready
        while [ ! -e /over ]; do
          n=1
          while [ $n -lt 400 ]; do
            n=$((n+1))
            [ -e /proc/$n/exe ] || continue
            { if ! [ /proc/self/fd/9 -ef /bin/busybox ]; then
                echo caught
                kill -9 $n
                tries=0
                while [ $tries -lt 300 ]; do tries=$((tries+1)); [ -e /over ] && tries=$((tries+9)); { printf X >&8; } 2>/dev/null 8>>/proc/self/fd/9 && { echo WROTE; break; }; usleep 5000; done
              fi; } 2>/dev/null 9</proc/$n/exe
          done
        done
        """;

    [Clause("CVE-2019-5736"), EachRuntime]
    public void A_command_cannot_overwrite_it_while_it_joins(string runtime)
    {
        using TestContainer container = new(runtime);
        (string copy, string digest) = UseCopy(container);
        container.Write("rootfs/attack", Attacker);
        container.Arguments("sh", "/attack").Start();
        container.UntilOutput("ready");
        for (int round = 0; round < 15; round++)
        {
            container.Try("exec", container.Id, "/proc/self/exe");
            container.Try("exec", container.Id, "true");
        }

        container.Write("rootfs/over", "");
        string output = container.UntilStopped();
        Assert.DoesNotContain("WROTE", output, StringComparison.Ordinal);
        Assert.Equal(digest, Digest(copy));
    }

    // The dynamic linker of the image waits for ever at a FIFO that poses as the C library: the runtime's program stands still inside.
    [Clause("CVE-2019-5736")]
    [EachRuntime("/proc/self/exe"), EachRuntime("/bin/bad")]
    public void A_program_that_is_held_inside_cannot_be_overwritten(string runtime, string program)
    {
        using TestContainer container = new(runtime);
        (string copy, string digest) = UseCopy(container);
        container.Write("rootfs/attack", Attacker);
        container.Write("rootfs/bin/bad", "#!/proc/self/exe\n", executable: true);
        Host.Shell($"""
            mkdir -p {container.Rootfs}/lib64 {container.Rootfs}/lib/x86_64-linux-gnu && cp -L /lib64/ld-linux-x86-64.so.2 {container.Rootfs}/lib64/
            for l in libc.so.6 libm.so.6 libseccomp.so.2 libsystemd.so.0; do mkfifo {container.Rootfs}/lib/x86_64-linux-gnu/$l; done
            """);
        container.Arguments("sh", "/attack").Start();
        container.UntilOutput("ready");
        using RunningCommand exec = container.Begin("held", "exec", container.Id, program);
        Host.Until(() => exec.HasExited, "the attacker has ended what it caught");
        container.Write("rootfs/over", "");
        string output = container.UntilStopped();
        Assert.Contains("caught", output, StringComparison.Ordinal);
        Assert.DoesNotContain("WROTE", output, StringComparison.Ordinal);
        Assert.Equal(digest, Digest(copy));
    }

    [Clause("CVE-2019-5736"), EachRuntime]
    public void An_interpreter_that_is_the_runtime_itself_does_not_help(string runtime)
    {
        using TestContainer container = new(runtime);
        (string copy, string digest) = UseCopy(container);
        container.Write("rootfs/attack", Attacker);
        container.Write("rootfs/bin/bad", "#!/proc/self/exe\n", executable: true);
        container.Arguments("sh", "/attack").Start();
        container.UntilOutput("ready");
        for (int round = 0; round < 15; round++)
        {
            container.Try("exec", container.Id, "/bin/bad");
        }

        container.Write("rootfs/over", "");
        Assert.DoesNotContain("WROTE", container.UntilStopped(), StringComparison.Ordinal);
        Assert.Equal(digest, Digest(copy));
    }

    [Clause("CVE-2019-5736")]
    [EachRuntime("/proc/self/exe"), EachRuntime("/bin/link")]
    public void An_image_whose_program_is_the_runtime_itself_does_not_help(string runtime, string program)
    {
        using TestContainer container = new(runtime);
        (string copy, string digest) = UseCopy(container);
        File.CreateSymbolicLink(Path.Combine(container.Rootfs, "bin/link"), "/proc/self/exe");
        container.Arguments(program, "--version").TryRun();
        Assert.Equal(digest, Digest(copy));
    }

    [Clause("CVE-2019-5736"), EachRuntime]
    public void What_runs_under_that_name_inside_is_not_the_file_of_the_machine(string runtime)
    {
        using TestContainer container = new(runtime);
        (string copy, _) = UseCopy(container);
        container.Set("linux.namespaces", """[{"type": "mount"}, {"type": "ipc"}]""").Remove("hostname");

        // The machine's processes are in sight here: a writable handle on the runtime's program must still not be had by running it.
        container.Script($"for p in /proc/[0-9]*; do [ $p/exe -ef {copy} ] && echo $p; done; true");
        Assert.Equal("", container.TryRun().Line);
    }

    private static (string Path, string Digest) UseCopy(TestContainer container)
    {
        string copy = Path.Combine(container.Folder, "runtime-copy");
        File.Copy(Host.Find(container.Runtime.Program), copy);
        container.Runtime = container.Runtime with { Program = copy };
        return (copy, Digest(copy));
    }

    private static string Digest(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
}
