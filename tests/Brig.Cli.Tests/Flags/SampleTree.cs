using Brig.Cli.Flags;

namespace Brig.Cli.Tests.Flags;

/// <summary>A program with some of Docker's commands, which only say what they were given.</summary>
internal static class SampleTree
{
    public static CommandTree Create()
    {
        CommandDefinition run = new("run", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Start something", Run);
        CommandDefinition rm = new("rm", "[OPTIONS] CONTAINER [CONTAINER...]", "Remove things", Remove);
        CommandDefinition ps = new("ps", "[OPTIONS]", "List things", call => Plain(call, Arity.None));
        CommandDefinition network = new("create", "[OPTIONS] NETWORK", "Create a network", call => Plain(call, Arity.Exactly(1)));
        return new CommandTree("brig", "0.1.0", "A sample")
        {
            Common = [run, new("exec", "[OPTIONS] CONTAINER COMMAND [ARG...]", "Execute", Exec), ps,
                new("pull", "[OPTIONS] NAME[:TAG|@DIGEST]", "Pull", call => Plain(call, Arity.Exactly(1))),
                new("version", "[OPTIONS]", "Version", call => Plain(call, Arity.None))],
            Commands = [rm, new("rename", "CONTAINER NEW_NAME", "Rename", call => Plain(call, Arity.Exactly(2))),
                new("tag", "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]", "Tag", call => Plain(call, Arity.Exactly(2))),
                new("logs", "[OPTIONS] CONTAINER", "Logs", call => Plain(call, Arity.Exactly(1))),
                new("images", "[OPTIONS] [REPOSITORY[:TAG]]", "Images", call => Plain(call, Arity.AtMost(1))),
                new("wait", "", "Wait", async call => { await Task.Yield(); return Plain(call, Arity.Any); }),
                new("stop", "[OPTIONS] CONTAINER [CONTAINER...]", "Stop", Stop)],
            Groups = [new("container", "Manage things", () => [run.As("run"), rm.As("rm", "remove"), ps.As("ls", "list", "ps")]),
                new("network", "Manage networks", () => [network])],
        };
    }

    public static (int Code, string Output, string Error) Call(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = Create().Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static int Run(Invocation call)
    {
        FlagSet flags = call.Flags;
        flags.Interspersed = false;
        BoolFlag detach = flags.Bool("detach", 'd', "Go to the background");
        flags.Bool("rm", "Remove at the end");
        flags.Bool("interactive", 'i', "Keep the input open");
        BoolFlag tty = flags.Bool("tty", 't', "Give it a terminal");
        StringFlag name = flags.String("name", "Its name");
        ListFlag env = flags.List("env", 'e', "list", "Variables");
        ListFlag label = flags.List("label", 'l', "list", "Labels");
        ListFlag publish = flags.List("publish", 'p', "list", "Ports");
        BytesFlag memory = flags.Bytes("memory", 'm', "Memory");
        flags.Add(new BytesFlag("memory-swap", '\0', "Memory and swap", unlimited: true));
        CpusFlag cpus = flags.Cpus("cpus", "Processors");
        flags.Int("cpu-shares", 'c', "Weight");
        flags.Int("pids-limit", "Processes");
        flags.Int("oom-score-adj", "Score");
        flags.Unsigned("blkio-weight", "Weight", 16);
        flags.Unsigned("io-maxiops", "Operations");
        DurationFlag interval = flags.Duration("health-interval", "Interval");
        flags.Duration("health-timeout", "Timeout");
        flags.String("restart", "Policy", "no");
        ListFlag alias = flags.List("network-alias", "list", "Names");
        flags.Alias("net-alias", alias);
        flags.Add(new StringFlag("old", '\0', "Gone") { Deprecated = "use --new" });
        IReadOnlyList<string> rest = call.Parse(Arity.AtLeast(1));
        call.Output.Write($"detach={detach.Value} tty={tty.Value} name={name.Value} env={string.Join(',', env.Values)} label={string.Join(',', label.Values)} "
            + $"publish={string.Join(',', publish.Values)} memory={memory.Value} cpus={cpus.NanoCpus} interval={interval.Value.TotalSeconds} "
            + $"alias={string.Join(',', alias.Values)} rest={string.Join(' ', rest)}");
        return 0;
    }

    private static int Remove(Invocation call)
    {
        BoolFlag force = call.Flags.Bool("force", 'f', "Even when it runs");
        IReadOnlyList<string> rest = call.Parse(Arity.AtLeast(1));
        call.Output.Write($"force={force.Value} rest={string.Join(' ', rest)}");
        return 0;
    }

    private static int Exec(Invocation call)
    {
        call.Flags.Interspersed = false;
        return Plain(call, Arity.AtLeast(2));
    }

    private static int Stop(Invocation call)
    {
        call.Flags.Int("time", 't', "Seconds");
        return Plain(call, Arity.AtLeast(1));
    }

    private static int Plain(Invocation call, Arity arity)
    {
        call.Output.Write($"{call.Path}: {string.Join(' ', call.Parse(arity))}");
        return 0;
    }
}
