using System.Text;
using Brig.Builds;
using Brig.Builds.Checks;
using Brig.Cli.Commands.Builders;
using Brig.Cli.Commands.Registry;
using Brig.Cli.Flags;
using Brig.Cli.Progress;
using Brig.Containers;
using Brig.Containers.Steps;
using Brig.Images.Registry;
using Brig.Images.Transfers;

namespace Brig.Cli.Commands.Images;

internal static class BuildCommand
{
    public static CommandDefinition Definition => new("build", "[OPTIONS] PATH | URL | -", "Build an image from a Dockerfile", RunAsync);

    private static Task<int> RunAsync(Invocation call) => RunAsync(call, debug: false);

    /// <param name="call">The command line.</param>
    /// <param name="debug">Whether it stops at <c>--line</c>.</param>
    public static async Task<int> RunAsync(Invocation call, bool debug)
    {
        BuildFlags flags = new(call.Flags);
        IntFlag line = call.Flags.Add(new IntFlag("line", '\0', "Stop before this line of the Dockerfile", 0) { Hidden = !debug });
        bool isWord = call.Arguments is ["history" or "debug", ..] && !Directory.Exists(call.Arguments[0]);
        IReadOnlyList<string> words = call.Parse(isWord ? Arity.AtLeast(1) : Arity.Exactly(1));
        if (isWord && words[0] == "history")
        {
            return BuilderHistoryCommand.Run(call, [.. words.Skip(1)]);
        }

        if (isWord)
        {
            (debug, words) = (true, [.. words.Skip(1)]);
            if (words.Count != 1)
            {
                throw BrigException.Invalid("brig build debug --line LINE PATH");
            }
        }

        flags.Check();
        using BuildSource source = BuildSource.Of(words[0], flags.File.Value);
        using Engine engine = Engines.Open(call);
        StepRunner runner = new(engine);
        bool wantsShell = debug || flags.OnError.Value == "shell";
        if (wantsShell && !Linux.Terminal.IsTerminal(0))
        {
            throw BrigException.Invalid("a shell in a step needs a terminal as standard input");
        }

        BuildRequest request = Request(flags, source) with { StopBefore = debug ? (int)Math.Max(1, line.Value) : 0, Observer = wantsShell ? new StepShell(call, runner) : null };
        using Registries registries = RegistryAccess.Open(call);
        using Interruption interruption = new();
        Builder builder = new(engine.Root, engine.Database, engine.Images, new ImagePuller(engine.Images, registries), runner, engine.Time) { Registries = registries };
        if (flags.Call != "build")
        {
            return await BuildCalls.RunAsync(call, builder, request, flags.Call, interruption.Token);
        }

        if (flags.Verify.Value.Length > 0)
        {
            return await BuildVerification.RunAsync(call, engine, builder, request, flags.Verify.Value, progress => ShowAsync(call, engine, flags.Progress.Value, progress), interruption.Token);
        }

        bool quiet = flags.Quiet.Value || flags.Progress.Value is "quiet" or "none";
        using RecordedBuild record = new(engine, call.Path.Length > 0 && request.Tags.Count > 0 ? request.Tags[0].Familiar : Path.GetFileName(request.ContextDirectory.TrimEnd('/')));
        string mode = wantsShell ? "plain" : flags.Progress.Value;
        BuildResult result = await record.RunAsync(relay => quiet
            ? builder.BuildAsync(request, relay(new DirectProgress<Builds.BuildEvent>(_ => { })), interruption.Token)
            : ShowAsync(call, engine, mode, progress => builder.BuildAsync(request, relay(progress), interruption.Token)));
        if (flags.IdFile.Value.Length > 0)
        {
            OutputFile.Write(flags.IdFile.Value, file => file.Write(Encoding.ASCII.GetBytes(result.Image.Id.Value)));
        }

        if (flags.MetadataFile.Value.Length > 0)
        {
            OutputFile.Write(flags.MetadataFile.Value, file => BuildMetadata.Write(file, result, flags.Tags));
        }

        if (quiet && !request.Outputs.Any(output => output.Open is not null))
        {
            call.Output.WriteLine(result.Image.Id);
        }

        return 0;
    }

    private static BuildRequest Request(BuildFlags flags, BuildSource source) => new()
    {
        ContextDirectory = source.Context,
        ContextArchive = source.Archive,
        DockerfilePath = source.DockerfilePath,
        DockerfileText = source.DockerfileText,
        Tags = flags.Tags,
        BuildArgs = flags.BuildArgs,
        Labels = flags.Labels,
        NoCache = flags.NoCache.Value,
        NoCacheStages = flags.NoCacheStages,
        Pull = flags.Pull.Value,
        Network = flags.Network.Value,
        Target = flags.Target.Value.Length > 0 ? flags.Target.Value : null,
        Platforms = flags.Platforms,
        Contexts = flags.Contexts,
        Secrets = flags.Secrets,
        Agents = flags.Agents,
        Entitlements = flags.Entitlements,
        ExtraHosts = flags.ExtraHosts,
        Resources = flags.Resources,
        Ulimits = flags.Ulimits,
        SharedMemory = flags.SharedMemory,
        CacheBudget = flags.CacheBudget,
        Outputs = flags.Outputs,
        Attestations = flags.Attestations,
        CacheFrom = flags.CacheFrom,
        CacheTo = flags.CacheTo,
    };

    /// <summary>As with BuildKit's client the progress goes to standard error.</summary>
    private static async Task<BuildResult> ShowAsync(Invocation call, Engine engine, string mode, Func<IProgress<Builds.BuildEvent>, Task<BuildResult>> build)
    {
        if (mode == "rawjson")
        {
            using FileStream raw = new(new Microsoft.Win32.SafeHandles.SafeFileHandle(2, ownsHandle: false), FileAccess.Write, 0);
            return await build(new RawJsonProgress(raw, engine.Time));
        }

        Func<TerminalSize>? size = mode switch
        {
            "plain" => null,
            "tty" => TerminalSizes.Of(2) ?? throw BrigException.Invalid("--progress=tty needs a terminal"),
            _ => TerminalSizes.Of(2),
        };
        BuildNews news;
        BuildResult result;
        using (BuildDisplay display = BuildDisplay.Create(call.Error, size, engine.Time))
        {
            news = new BuildNews(display);
            try
            {
                result = await build(news);
            }
            catch (BrigException)
            {
                display.Dispose();
                call.Error.Write(news.Excerpt);
                throw;
            }
        }

        foreach (string warning in news.Warnings)
        {
            call.Error.WriteLine($"[Warning] {warning}");
        }

        if (result.Warnings.Count > 0)
        {
            call.Error.WriteLine($"\n {result.Warnings.Count} warning{(result.Warnings.Count == 1 ? "" : "s")} found (use --check to see where):");
            foreach (CheckWarning warning in result.Warnings)
            {
                call.Error.WriteLine($" - {warning.Rule}: {warning.Detail} (line {warning.FirstLine})");
            }
        }

        return result;
    }
}
