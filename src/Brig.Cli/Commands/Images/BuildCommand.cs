using System.Text;
using Brig.Builds;
using Brig.Cli.Commands.Registry;
using Brig.Cli.Flags;
using Brig.Cli.Progress;
using Brig.Containers;
using Brig.Containers.Steps;
using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Linux;

namespace Brig.Cli.Commands.Images;

internal static class BuildCommand
{
    public static CommandDefinition Definition => new("build", "[OPTIONS] PATH | URL | -", "Build an image from a Dockerfile", RunAsync);

    private static async Task<int> RunAsync(Invocation call)
    {
        BuildFlags flags = new(call.Flags);
        string place = call.Parse(Arity.Exactly(1))[0];
        flags.Check();
        using BuildSource source = BuildSource.Of(place, flags.File.Value);
        BuildRequest request = new()
        {
            ContextDirectory = source.Context,
            DockerfilePath = source.DockerfilePath,
            DockerfileText = source.DockerfileText,
            Tags = flags.Tags,
            BuildArgs = flags.BuildArgs,
            Labels = flags.Labels,
            NoCache = flags.NoCache.Value,
            Pull = flags.Pull.Value,
            Network = flags.Network.Value,
            Target = flags.Target.Value.Length > 0 ? flags.Target.Value : null,
        };
        using Engine engine = Engines.Open(call);
        using Registries registries = RegistryAccess.Open(call);
        using Interruption interruption = new();
        Builder builder = new(engine.Root, engine.Database, engine.Images, new ImagePuller(engine.Images, registries), new StepRunner(engine), engine.Time);
        bool quiet = flags.Quiet.Value || flags.Progress.Value is "quiet" or "none";
        BuildResult result = quiet
            ? await builder.BuildAsync(request, new DirectProgress<Builds.BuildEvent>(_ => { }), interruption.Token)
            : await ShowAsync(call, engine, flags.Progress.Value, progress => builder.BuildAsync(request, progress, interruption.Token));
        if (flags.IdFile.Value.Length > 0)
        {
            OutputFile.Write(flags.IdFile.Value, file => file.Write(Encoding.ASCII.GetBytes(result.Image.Id.Value)));
        }

        if (quiet)
        {
            call.Output.WriteLine(result.Image.Id);
        }

        return 0;
    }

    /// <summary>As with BuildKit's client the progress goes to standard error.</summary>
    private static async Task<BuildResult> ShowAsync(Invocation call, Engine engine, string mode, Func<IProgress<Builds.BuildEvent>, Task<BuildResult>> build)
    {
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
            news = new BuildNews(display, size is not null);
            result = await build(news);
        }

        foreach (string warning in news.Warnings)
        {
            call.Error.WriteLine($"[Warning] {warning}");
        }

        return result;
    }
}
