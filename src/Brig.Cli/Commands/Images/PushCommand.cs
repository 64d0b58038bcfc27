using Brig.Cli.Commands.Registry;
using Brig.Cli.Flags;
using Brig.Cli.Progress;
using Brig.Containers;
using Brig.Images;
using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

internal static class PushCommand
{
    public static CommandDefinition Definition => new("push", "[OPTIONS] NAME[:TAG]", "Upload an image to a registry", RunAsync);

    private static async Task<int> RunAsync(Invocation call)
    {
        BoolFlag all = call.Flags.Bool("all-tags", 'a', "Push all tags of an image to the repository");
        call.Flags.Add(new BoolFlag("disable-content-trust", '\0', "Skip image signing", fallback: true));
        StringFlag platform = call.Flags.String("platform", "Push a platform-specific manifest as a single-platform image to the registry.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)");
        BoolFlag referrers = call.Flags.Bool("referrers", "Push what refers to the image too: signatures, bills of materials that were pulled with it");
        BoolFlag quiet = call.Flags.Bool("quiet", 'q', "Suppress verbose output");
        string name = call.Parse(Arity.Exactly(1))[0];
        ImageReference reference = ImageReference.Parse(name);
        if (all.Value && reference is not { Tag: null, Digest: null })
        {
            throw BrigException.Invalid("tag can't be used with --all-tags/-a");
        }

        using Engine engine = Engines.Open(call);
        using Interruption interruption = new();
        IReadOnlyList<ImageReference> tags = all.Value ? TagsOf(engine, reference) : [ImageNames.WithTag(name, quiet.Value ? null : call.Output)];
        if (!quiet.Value)
        {
            call.Output.WriteLine($"The push refers to repository [{reference.Name}]");
            call.Output.Flush();
        }

        using Registries registries = RegistryAccess.Open(call);
        ImagePusher pusher = new(engine.Images, registries);
        foreach (ImageReference tag in tags)
        {
            Image? one = platform.IsSet && engine.Images.Find(tag) is not null ? ImagePlatforms.Get(engine.Images, tag.Familiar, ImagePlatforms.Of(platform)) : null;
            await PushAsync(call, engine, pusher, one, tag, quiet.Value, interruption.Token);
            if (referrers.Value)
            {
                await pusher.PushReferrersAsync(tag, Transfer.Silence, interruption.Token);
            }
        }

        return 0;
    }

    private static async Task PushAsync(Invocation call, Engine engine, ImagePusher pusher, Image? one, ImageReference tag, bool quiet, CancellationToken token)
    {
        Task<PushResult> Send(IProgress<TransferProgress> progress) => one is null ? pusher.PushAsync(tag, progress, token) : pusher.PushAsync(one, tag, progress, token);

        if (quiet)
        {
            await Send(Transfer.Silence);
            call.Output.WriteLine(ImageNames.Full(tag));
            return;
        }

        PushResult result;
        using (TransferDisplay display = new(call.Output, TerminalSizes.Of(1), engine.Time))
        {
            result = await Send(Transfer.To(display));
        }

        call.Output.WriteLine($"{tag.Tag}: digest: {result.Digest} size: {result.Size}");
        call.Output.Flush();
    }

    private static List<ImageReference> TagsOf(Engine engine, ImageReference repository)
    {
        List<ImageReference> tags = [.. engine.Images.List().SelectMany(image => image.Tags).Where(tag => tag.Name == repository.Name)];
        return tags.Count > 0 ? tags : throw BrigException.NotFound($"An image does not exist locally with the tag: {repository.FamiliarName}");
    }
}
