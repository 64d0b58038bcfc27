using System.Text.Json.Nodes;

namespace Brig.Runtime.Conformance.Support;

/// <summary>
/// A container of a case, with a bundle and a state root of its own, driven through the command line alone. Its many members are
/// the verbs of that command line.
/// </summary>
public sealed class TestContainer : IDisposable
{
    private readonly Bundle _bundle;
    private int _commands;

    public TestContainer(string runtime)
    {
        Runtime = OciRuntime.All[runtime];
        Id = Host.NewName(runtime);
        _bundle = new Bundle(Id);
        State = Path.Combine(_bundle.Folder, "state");
    }

    public OciRuntime Runtime { get; set; }

    public string Id { get; }

    /// <summary>The runtime's <c>--root</c>.</summary>
    public string State { get; }

    public string Folder => _bundle.Folder;

    public string Rootfs => _bundle.Rootfs;

    public JsonObject Config => _bundle.Config;

    /// <summary>Words before the runtime's own, such as nsenter of a namespace.</summary>
    public IReadOnlyList<string> Wrapper { get; set; } = [];

    /// <summary>Flags before the command.</summary>
    public IReadOnlyList<string> GlobalFlags { get; set; } = [];

    /// <summary>Standard input of the commands.</summary>
    public string Input { get; set; } = "/dev/null";

    /// <summary>Shell commands before the runtime.</summary>
    public string Prelude { get; set; } = "";

    /// <summary>What the container wrote since it was created.</summary>
    public string Output => _bundle.Read("created.out").TrimEnd('\n');

    public string Error => _bundle.Read("created.err");

    public string Status => StateDocument["status"]!.GetValue<string>();

    public int Pid => StateDocument["pid"]!.GetValue<int>();

    public JsonObject StateDocument => JsonNode.Parse(Do("state", Id).Output)!.AsObject();

    public TestContainer Set(string path, string json)
    {
        _bundle.Set(path, json);
        return this;
    }

    public TestContainer Add(string path, string json)
    {
        _bundle.Add(path, json);
        return this;
    }

    public TestContainer Remove(string path)
    {
        _bundle.Remove(path);
        return this;
    }

    public TestContainer Arguments(params string[] arguments)
    {
        Config["process"]!["args"] = new JsonArray([.. arguments.Select(argument => (JsonNode)argument)]);
        return this;
    }

    public TestContainer Script(string script) => Arguments("sh", "-c", script);

    public string Write(string name, string text, bool executable = false) => _bundle.Write(name, text, executable);

    public string Read(string name) => _bundle.Read(name);

    public void Save() => _bundle.Save();

    /// <summary>Starts the runtime with these words after its global flags.</summary>
    public RunningCommand Begin(string files, params IEnumerable<string> words) =>
        new([.. Wrapper, .. Runtime.Command, "--root", State, .. CgroupDriver.Flags, .. GlobalFlags, .. words], Folder, Path.Combine(Folder, files), Input, Prelude);

    public Outcome Try(params IEnumerable<string> words)
    {
        using RunningCommand command = Begin("command-" + Interlocked.Increment(ref _commands), words);
        return command.Wait();
    }

    /// <summary>A command that must succeed.</summary>
    public Outcome Do(params IEnumerable<string> words)
    {
        IReadOnlyList<string> list = [.. words];
        Outcome outcome = Try(list);
        Assert.True(outcome.ExitCode == 0, $"{Runtime.Name} {string.Join(' ', list)}: {outcome}");
        return outcome;
    }

    /// <summary>A command that must fail; its error output.</summary>
    public string Refused(params IEnumerable<string> words)
    {
        IReadOnlyList<string> list = [.. words];
        Outcome outcome = Try(list);
        Assert.True(outcome.ExitCode != 0, $"{Runtime.Name} {string.Join(' ', list)} should have failed: {outcome}");
        return outcome.Error;
    }

    /// <summary><c>run</c> to the end of the program.</summary>
    public Outcome TryRun(params IEnumerable<string> flags)
    {
        Save();
        return Try(["run", .. flags, "--bundle", Folder, Id]);
    }

    /// <summary>Runs a script to its end, which must be success; its output without the last newline.</summary>
    public string Run(string script)
    {
        Outcome outcome = Script(script).TryRun();
        Assert.True(outcome.ExitCode == 0, $"{Runtime.Name} run: {outcome}");
        return outcome.Line;
    }

    public Outcome TryCreate(params IEnumerable<string> flags)
    {
        Save();
        using RunningCommand command = Begin("created", ["create", "--bundle", Folder, .. flags, Id]);
        return command.Wait();
    }

    public TestContainer Create(params IEnumerable<string> flags)
    {
        Outcome outcome = TryCreate(flags);
        Assert.True(outcome.ExitCode == 0, $"{Runtime.Name} create: {outcome}");
        return this;
    }

    public TestContainer Start(params IEnumerable<string> flags)
    {
        Create(flags);
        Do("start", Id);
        return this;
    }

    /// <summary>Neither create nor start must both succeed; what the one that failed said.</summary>
    public string RefusedToStart()
    {
        Outcome create = TryCreate();
        if (create.ExitCode != 0)
        {
            return create.Error;
        }

        Outcome start = Try("start", Id);
        Assert.True(start.ExitCode != 0, $"{Runtime.Name} create and start should have failed: {start}");
        return start.Error + Error;
    }

    /// <summary>Waits for the end of the program and returns its output.</summary>
    public string UntilStopped()
    {
        Host.Until(() => Status == "stopped", () => $"{Id} stopped; it wrote {Output} {Error}\n{Try("state", Id)}\n{Host.Try("ps -eo pid,ppid,pidns,stat,etimes,wchan:20,args --forest").Output}");
        return Output;
    }

    public void UntilOutput(string text) => Host.Until(() => Output.Contains(text, StringComparison.Ordinal), () => $"{Id} wrote {text}; it wrote {Output} {Error}");

    public Outcome TryExec(string script, params IEnumerable<string> flags) => Try(["exec", .. flags, Id, "sh", "-c", script]);

    public string Exec(string script, params IEnumerable<string> flags)
    {
        Outcome outcome = TryExec(script, flags);
        Assert.True(outcome.ExitCode == 0, $"{Runtime.Name} exec {script}: {outcome}");
        return outcome.Line;
    }

    public void Dispose()
    {
        try
        {
            GlobalFlags = [];
            if (Directory.Exists(State) && Directory.EnumerateFileSystemEntries(State).Any())
            {
                Try("delete", "--force", Id);
            }
        }
        finally
        {
            _bundle.Dispose();
        }
    }
}
