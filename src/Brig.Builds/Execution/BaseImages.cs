using Brig.Images;
using Brig.Images.Content;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Builds.Execution;

/// <summary>Finds the images that a Dockerfile names.</summary>
internal sealed class BaseImages(ImageStore images, ImagePuller puller, ContentLease lease, BasePolicy policy, BuildJournal journal)
{
    /// <summary>The image for a platform, its layers held: from the store, else pulled.</summary>
    internal async Task<Image> FindAsync(string name, Platform platform, CancellationToken token)
    {
        if (policy == BasePolicy.Local && Local(name, platform) is { } local)
        {
            return local;
        }

        BuildJournal.Entry entry = journal.Begin($"[internal] load metadata for {Shown(name)}");
        try
        {
            PullResult pulled = await puller.PullAsync(name, PullScope.Of(platform), entry, token);
            lease.Hold(pulled.Image.Layers);
            entry.Done();
            return pulled.Image;
        }
        catch (BrigException error)
        {
            string message = $"{Text.Quote(name)}: {error.Message}";
            entry.Failed(message);
            throw new BrigException(error.Kind, message, error);
        }
    }

    /// <summary>Whether an image runs on a platform, as far as its configuration tells.</summary>
    internal static bool IsFor(Image image, Platform platform) =>
        PlatformChoice.Parse($"{image.Config.Os}/{image.Config.Architecture}{(image.Config.Variant is { Length: > 0 } variant ? "/" + variant : "")}") is var own
            && PlatformChoice.Parse(platform.ToString()) is var asked && own.Os == asked.Os && own.Architecture == asked.Architecture && (asked.Variant is null || own.Variant is null || own.Variant == asked.Variant);

    private static string Shown(string name) => ImageReference.TryParse(name, out ImageReference? reference) && reference.WithDefaultTag() is var whole ? $"{whole.Name}{(whole.Digest is null ? ":" + whole.Tag : "@" + whole.Digest)}" : Text.Quote(name);

    private Image? Local(string name, Platform platform)
    {
        if ((images.FindIndex(name) is null ? images.Find(name) : images.Find(name, platform)) is not { } local || !IsFor(local, platform))
        {
            return null;
        }

        lease.Hold(local.Layers);
        return images.Find(local.Id);
    }
}
