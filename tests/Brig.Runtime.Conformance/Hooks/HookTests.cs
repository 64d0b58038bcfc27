using System.Text.Json.Nodes;
using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Hooks;

/// <summary>hooks: all six kinds.</summary>
public sealed class HookTests
{
    private static readonly string[] s_all = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    [Clause("runtime.md#lifecycle"), EachRuntime]
    public void They_run_in_the_order_of_the_lifecycle(string runtime)
    {
        using TestContainer container = new(runtime);
        string log = container.Write("log", "");
        File.SetUnixFileMode(log, (UnixFileMode)0b110_110_110);
        container.Write("rootfs/log", "");
        container.Add("mounts", $$"""{"destination": "/log", "source": "{{log}}", "options": ["bind"]}""");
        foreach (string kind in s_all)
        {
            // startContainer resolves in the container, where the log has another name.
            string name = kind == "startContainer" ? "/log" : log;
            container.Add("hooks." + kind, $$"""{"path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; echo {{kind}} >>{{name}}"]}""");
        }

        container.Script("echo program >>/log; exec sleep 1000").Create();
        Assert.Equal("prestart createRuntime createContainer", Words(container.Read("log")));
        container.Do("start", container.Id);
        Host.Until(() => Words(container.Read("log")).Split(' ').Length == 6, "six lines");
        Assert.Equal("prestart createRuntime createContainer startContainer", string.Join(' ', Words(container.Read("log")).Split(' ')[..4]));
        Assert.Equal(["poststart", "program"], Words(container.Read("log")).Split(' ')[4..].Order(StringComparer.Ordinal));
        container.Do("delete", "--force", container.Id);
        Assert.EndsWith(" poststop", Words(container.Read("log")), StringComparison.Ordinal);
    }

    [Clause("config.md#posix-platform-hooks"), EachRuntime]
    public void Several_of_a_kind_run_in_the_listed_order(string runtime)
    {
        using TestContainer container = new(runtime);
        for (int number = 1; number <= 3; number++)
        {
            container.Add("hooks.createRuntime", $$"""{"path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; echo {{number}} >>{{container.Folder}}/log"]}""");
        }

        container.Create();
        Assert.Equal("1 2 3", Words(container.Read("log")));
    }

    [Clause("config.md#posix-platform-hooks")]
    [EachRuntime("prestart", "created creating"), EachRuntime("createRuntime", "created creating"), EachRuntime("createContainer", "created creating"), EachRuntime("poststart", "running"), EachRuntime("poststop", "stopped")]
    public void The_state_comes_on_standard_input(string runtime, string kind, string statuses)
    {
        using TestContainer container = new(runtime);
        container.Set("annotations", """{"com.example.key": "value"}""");
        container.Add("hooks." + kind, $$"""{"path": "/bin/sh", "args": ["sh", "-c", "cat >{{container.Folder}}/state.json"]}""").Start();
        int pid = container.Pid;
        container.Do("delete", "--force", container.Id);
        Host.Until(() => container.Read("state.json").Length > 0, "the hook has run");
        JsonNode state = JsonNode.Parse(container.Read("state.json"))!;
        Assert.Equal((container.Id, container.Folder, "value"),
            (state["id"]!.GetValue<string>(), state["bundle"]!.GetValue<string>(), state["annotations"]!["com.example.key"]!.GetValue<string>()));
        Assert.Contains(state["status"]!.GetValue<string>(), statuses.Split(' '));
        if (kind != "poststop")
        {
            // createContainer runs in the container's namespaces, where the process has another number.
            Assert.Equal(kind == "createContainer" ? 1 : pid, state["pid"]!.GetValue<int>());
        }
    }

    [Clause("config.md#startContainer-hooks"), EachRuntime]
    public void The_state_inside_has_the_pid_that_is_seen_inside(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("hooks.startContainer", """{"path": "/bin/sh", "args": ["sh", "-c", "cat >/state.json"]}""").Start();
        JsonNode state = JsonNode.Parse(container.Read("rootfs/state.json"))!;
        Assert.Equal((container.Id, 1), (state["id"]!.GetValue<string>(), state["pid"]!.GetValue<int>()));
        Assert.Contains(state["status"]!.GetValue<string>(), (string[])["created", "creating"]);
    }

    [Clause("config.md#posix-platform-hooks")]
    [EachRuntime("prestart"), EachRuntime("createRuntime"), EachRuntime("poststart"), EachRuntime("poststop")]
    public void Hooks_of_the_runtime_run_in_its_namespaces(string runtime, string kind)
    {
        using TestContainer container = new(runtime);
        container.Add("hooks." + kind, $$"""{"path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; readlink /proc/self/ns/net /proc/self/ns/pid /proc/self/ns/uts >{{container.Folder}}/spaces"]}""").Start();
        container.Do("delete", "--force", container.Id);
        Assert.Equal(Host.Shell("readlink /proc/self/ns/net /proc/self/ns/pid /proc/self/ns/uts"), container.Read("spaces").Trim());
    }

    [Clause("config.md#createContainer-hooks"), EachRuntime]
    public void Create_container_runs_in_the_containers_namespaces_before_the_root_is_changed(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("hooks.createContainer", $$"""{"path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; readlink /proc/self/ns/net /proc/self/ns/mnt >{{container.Folder}}/spaces"]}""").Create();
        Assert.Equal(Host.Shell($"readlink /proc/{container.Pid}/ns/net /proc/{container.Pid}/ns/mnt"), container.Read("spaces").Trim());
    }

    [Clause("config.md#startContainer-hooks"), EachRuntime]
    public void Start_container_runs_inside_the_container(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("rootfs/usr/hook", "#!/bin/sh\nhostname >/seen; readlink /proc/self/ns/net >>/seen\n", executable: true);
        container.Add("hooks.startContainer", """{"path": "/usr/hook"}""").Set("hooks.startContainer", """[{"path": "/usr/hook", "env": ["PATH=/bin"]}]""").Start();
        Assert.Equal($"conformance\n{Host.Shell($"readlink /proc/{container.Pid}/ns/net")}\n", container.Read("rootfs/seen"));
    }

    [Clause("config.md#posix-platform-hooks"), EachRuntime]
    public void Arguments_and_environment_are_as_given(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Write("hook", $"#!/bin/sh\ncat >/dev/null; printf '[%s]' \"$0\" \"$@\" >{container.Folder}/seen; /usr/bin/env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD= >>{container.Folder}/seen\n", executable: true);
        container.Set("hooks.createRuntime", $$"""[{"path": "{{container.Folder}}/hook", "args": ["zero", "a b", "c"], "env": ["ONE=1"]}]""").Create();
        Assert.Equal($"[{container.Folder}/hook][a b][c]ONE=1\n", container.Read("seen"));
    }

    [Clause("runtime.md#lifecycle")]
    [EachRuntime("prestart"), EachRuntime("createRuntime"), EachRuntime("createContainer"), EachRuntime("startContainer"), EachRuntime("poststart")]
    public void One_that_fails_is_an_error_and_the_container_ends(string runtime, string kind)
    {
        using TestContainer container = new(runtime);
        container.Add("hooks." + kind, """{"path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; exit 3"]}""");
        container.RefusedToStart();
        Host.Until(() => container.Try("state", container.Id) is var state && (state.ExitCode != 0 || state.Output.Contains("stopped", StringComparison.Ordinal)), "it has ended");
        container.Try("delete", "--force", container.Id);
        Assert.Empty(CgroupDriver.Of(container.Id));
    }

    [Clause("runtime.md#lifecycle"), EachRuntime]
    public void After_one_that_fails_the_poststop_hooks_run(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("hooks.createRuntime", """{"path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; exit 3"]}""");
        container.Add("hooks.poststop", $$"""{"path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; echo ran >{{container.Folder}}/log"]}""");
        Assert.NotEqual(0, container.TryCreate().ExitCode);
        Assert.Equal("ran\n", container.Read("log"));
    }

    [Clause("runtime.md#lifecycle"), EachRuntime]
    public void A_poststop_hook_that_fails_is_a_warning_and_the_others_run(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("hooks.poststop", """{"path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; exit 3"]}""");
        container.Add("hooks.poststop", $$"""{"path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; echo ran >{{container.Folder}}/log"]}""");
        container.Script("true").Start();
        container.UntilStopped();
        container.Do("delete", container.Id);
        Assert.Equal("ran\n", container.Read("log"));
        container.Refused("state", container.Id);
    }

    [Clause("config.md#posix-platform-hooks"), EachRuntime]
    public void One_that_takes_longer_than_its_timeout_fails(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("hooks.createRuntime", """{"path": "/bin/sleep", "args": ["sleep", "300"], "timeout": 1}""");
        Assert.NotEqual(0, container.TryCreate().ExitCode);
    }

    [Clause("config.md#posix-platform-hooks"), EachRuntime]
    public void A_program_that_is_not_there_is_an_error(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("hooks.createRuntime", """{"path": "/no/such/hook"}""");
        Assert.Contains("/no/such/hook", container.RefusedToStart(), StringComparison.Ordinal);
    }

    [Clause("config.md#posix-platform-hooks")]
    [EachRuntime("""{"path": "bin/true"}"""), EachRuntime("""{"path": "/bin/true", "timeout": 0}"""), EachRuntime("""{"path": "/bin/true", "timeout": -1}"""), EachRuntime("{}")]
    public void One_that_is_not_as_specified_is_refused(string runtime, string hook)
    {
        using TestContainer container = new(runtime);
        container.Add("hooks.createRuntime", hook).RefusedToStart();
    }

    [Clause("config.md#posix-platform-hooks"), EachRuntime]
    public void What_one_says_before_it_fails_is_in_the_error(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Add("hooks.createRuntime", """{"path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; echo because of this >&2; exit 3"]}""");
        Assert.Contains("because of this", container.RefusedToStart(), StringComparison.Ordinal);
    }

    [Clause("config.md#posix-platform-hooks"), EachRuntime]
    public void One_that_does_not_read_the_state_is_no_error(string runtime)
    {
        using TestContainer container = new(runtime);
        container.Set("annotations", $$"""{"large": "{{new string('x', 200_000)}}"}""").Add("hooks.createRuntime", """{"path": "/bin/true"}""");
        Assert.Equal("fine", container.Run("echo fine"));
    }

    private static string Words(string text) => string.Join(' ', text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
}
