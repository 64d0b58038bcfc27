using Brig.Cli.Commands.Registry;
using Brig.Cli.Flags;
using Brig.Cli.Progress;
using Brig.Containers;
using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

internal static class PullCommand
{
    public static CommandDefinition Definition => new("pull", "[OPTIONS] NAME[:TAG|@DIGEST]", "Download an image from a registry", RunAsync);

    private static async Task<int> RunAsync(Invocation call)
    {
        BoolFlag all = call.Flags.Bool("all-tags", 'a', "Download all tagged images in the repository");
        call.Flags.Add(new BoolFlag("disable-content-trust", '\0', "Skip image verification", fallback: true));
        BoolFlag whole = call.Flags.Bool("all-platforms", "Download the images for all platforms, and keep them together under the name");
        StringFlag platform = call.Flags.String("platform", "Set platform if server is multi-platform capable; several with commas between are kept together");
        BoolFlag referrers = call.Flags.Bool("referrers", "Download what refers to the image too: signatures, bills of materials");
        BoolFlag quiet = call.Flags.Bool("quiet", 'q', "Suppress verbose output");
        string name = call.Parse(Arity.Exactly(1))[0];
        ImageReference reference = ImageReference.Parse(name);
        if (all.Value && reference is not { Tag: null, Digest: null })
        {
            throw BrigException.Invalid("tag can't be used with --all-tags/-a");
        }

        PullScope wanted = new()
        {
            Platforms = platform.Value.Contains(',', StringComparison.Ordinal) ? [.. platform.Value.Split(',').Select(PlatformChoice.Parse)] : [ImageNames.Platform(platform.Value)],
            All = whole.Value,
            WithArtifacts = true,
            WithReferrers = referrers.Value,
        };
        using Engine engine = Engines.Open(call);
        using Interruption interruption = new();
        using Registries registries = RegistryAccess.Open(call);
        if (all.Value)
        {
            ImageReference repository = registries.Candidates(name)[0];
            foreach (string tag in await new RepositoryContents(registries).TagsAsync(repository, interruption.Token))
            {
                await PullAsync(call, engine, registries, ImageNames.Full(repository.WithTag(tag)), wanted, quiet.Value, interruption.Token);
            }

            call.Output.WriteLine(repository.Name);
            return 0;
        }

        ImageNames.TellDefaultTag(reference, quiet.Value ? null : call.Output);
        PullResult result = await PullAsync(call, engine, registries, name, wanted, quiet.Value, interruption.Token);
        call.Output.WriteLine(ImageNames.Full(result.Reference));
        return 0;
    }

    private static Task<PullResult> PullAsync(Invocation call, Engine engine, Registries registries, string name, PullScope scope, bool quiet, CancellationToken token) => quiet
        ? ImagePull.QuietlyAsync(engine, registries, name, scope, token)
        : new ImagePull(engine, call.Output, TerminalSizes.Of(1)).RunAsync(registries, name, scope, token);
}
