using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Escapes;

/// <summary>What a container, or another user of the machine, could put in the runtime's way.</summary>
public sealed class TamperingTests
{
    [Clause("runc(8)"), EachRuntime]
    public void What_the_runtime_keeps_is_its_users_alone(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Prelude = "umask 000;";
        container.Create();
        foreach (string path in Directory.EnumerateFileSystemEntries(container.State, "*", SearchOption.AllDirectories))
        {
            UnixFileMode mode = File.GetUnixFileMode(path);
            Assert.True((mode & (UnixFileMode.OtherWrite | UnixFileMode.GroupWrite)) == 0 || new FileInfo(path).LinkTarget is not null || !Path.Exists(path), $"{path}: {mode}");
        }
    }

    [Clause("runc(8)"), EachRuntime(Only = "brig")]
    public void A_state_root_that_others_may_write_to_is_refused(string runtime)
    {
        using TestContainer container = new(runtime);
        Directory.CreateDirectory(container.State);
        File.SetUnixFileMode(container.State, (UnixFileMode)0b111_111_111);
        string error = container.RefusedToStart();
        Assert.Contains(container.State, error, StringComparison.Ordinal);
    }

    [Clause("runc(8)"), EachRuntime]
    public void A_link_planted_in_the_state_root_is_not_followed(string runtime)
    {
        using HostMark mark = new();
        using TestContainer container = new(runtime);
        Directory.CreateDirectory(container.State);
        File.CreateSymbolicLink(Path.Combine(container.State, container.Id), mark.Folder);
        Assert.NotEqual(0, container.TryCreate().ExitCode);
        Assert.Equal(["mark"], Directory.EnumerateFileSystemEntries(mark.Folder).Select(Path.GetFileName));
        container.Try("delete", "--force", container.Id);
        Assert.True(File.Exists(mark.Path));
    }

    [Clause("runtime.md#errors")]
    [EachRuntime(""), EachRuntime("{"), EachRuntime("null"), EachRuntime("[]"), EachRuntime("{\"id\": 5}")]
    public void A_state_file_that_was_tampered_with_is_an_error(string runtime, string text)
    {
        using TestContainer container = new(runtime);
        container.Create();
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(container.State, container.Id)).Where(path => new FileInfo(path).Length > 0)];
        Assert.NotEmpty(files);
        Dictionary<string, byte[]> before = files.ToDictionary(path => path, File.ReadAllBytes);
        foreach (string file in files)
        {
            File.WriteAllText(file, text);
        }

        container.Refused("start", container.Id);
        container.Refused("exec", container.Id, "true");
        Assert.DoesNotContain("Unhandled", container.Refused("state", container.Id), StringComparison.Ordinal);
        foreach ((string file, byte[] bytes) in before)
        {
            File.WriteAllBytes(file, bytes);
        }
    }

    [Clause("runtime.md#state"), EachRuntime]
    public void A_process_that_took_over_the_pid_is_not_killed(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Script("true").Start();
        container.UntilStopped();

        // What is kept names the pid of before. Whoever has that pid now has another start time: here the shell that the test starts.
        using RunningCommand other = new(["sleep", "1000"], "/", Path.Combine(container.Folder, "other"));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(container.State, container.Id)).Where(path => new FileInfo(path).Length > 0))
        {
            File.WriteAllText(file, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(file), "(\"(init_process_pid|pid)\"\\s*:\\s*)\\d+", $"${{1}}{other.Id}"));
        }

        container.Try("kill", container.Id, "KILL");
        container.Try("delete", "--force", container.Id);
        Assert.False(other.HasExited);
    }

    [Clause("config.md#posix-platform-user")]
    [EachRuntime("fifo"), EachRuntime("link"), EachRuntime("device"), EachRuntime("large"), EachRuntime("nonsense")]
    public void An_image_that_fakes_its_users_does_no_harm(string runtime, string kind)
    {
        using TestContainer container = new(runtime);
        string file = Path.Combine(container.Rootfs, "etc/passwd");
        Host.Shell(kind switch
        {
            "fifo" => $"mkfifo {file}",
            "link" => $"ln -s /proc/self/fd/0 {file}",
            "device" => $"mknod {file} c 1 5",
            "large" => $"truncate -s 4G {file}",
            _ => $"printf 'root:x:0:0\\n:::::::\\nroot:x:99999999999999:0::/a\\0b:\\n' >{file}",
        });
        Host.Shell($"cp -a {file} {container.Rootfs}/etc/group");
        container.Set("process.env", """["PATH=/bin"]""");
        Outcome outcome = container.Arguments("echo", "fine").TryRun();
        Assert.True(outcome.ExitCode != 0 || outcome.Line == "fine", outcome.ToString());
        if (container.TryCreate().ExitCode == 0)
        {
            container.Try("exec", container.Id, "true");
        }
    }

    [Clause("CVE-2021-43784"), EachRuntime]
    public void A_great_many_mappings_do_not_write_over_others(string runtime)
    {
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        container.Set("linux.uidMappings", "[" + string.Join(',', Enumerable.Range(0, 6000).Select(number => $$"""{"containerID": {{number}}, "hostID": {{100000 + number}}, "size": 1}""")) + "]");
        Outcome outcome = container.Script("cat /proc/self/ns/user 2>/dev/null; readlink /proc/self/ns/user").TryRun();
        Assert.True(outcome.ExitCode != 0, "the kernel takes 340 lines: " + outcome);
    }

    [Clause("CVE-2023-25809"), EachRuntime]
    public void The_machines_cgroups_cannot_be_written_to_from_a_user_namespace(string runtime)
    {
        using TestContainer container = new(runtime);
        UserNamespace.Use(container);
        container.Remove("linux.namespaces").Set("linux.namespaces", """[{"type": "user"}, {"type": "mount"}, {"type": "pid"}, {"type": "uts"}, {"type": "ipc"}, {"type": "network"}]""");
        container.Add("mounts", """{"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["nosuid", "noexec", "nodev", "relatime", "ro"]}""");
        Outcome outcome = container.Script("for d in $(find /sys/fs/cgroup -type d | head -n 60); do [ -e $d/cgroup.procs ] && mkdir $d/escape 2>/dev/null && echo WROTE $d; done; true").TryRun();
        Assert.DoesNotContain("WROTE", outcome.Output, StringComparison.Ordinal);
    }
}
