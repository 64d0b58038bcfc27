using Brig.Builds.Dockerfiles;
using Brig.Builds.Plan;
using Brig.Images;
using Brig.Images.Content;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Builds.Execution;

/// <summary>Finds the image that a FROM names.</summary>
internal sealed class BaseImages(ImageStore images, ImagePuller puller, ContentLease lease)
{
    /// <summary>The image, its layers held; null for <c>scratch</c>.</summary>
    internal async Task<Image?> FindAsync(FromInstruction from, BuildScope scope, BasePolicy policy, IProgress<BuildEvent> progress, CancellationToken token)
    {
        string name = "";
        scope.At(from, () => name = NameOf(from, scope));
        if (name == "scratch")
        {
            return null;
        }

        try
        {
            if (policy == BasePolicy.Local && images.Find(name) is { } local)
            {
                lease.Hold(local.Layers);
                if (images.Find(local.Id) is not null)
                {
                    return local;
                }
            }

            PullResult pulled = await puller.PullAsync(name, Platform.Host, new PullRelay(progress), token);
            lease.Hold(pulled.Image.Layers);
            return pulled.Image;
        }
        catch (BrigException error)
        {
            throw scope.Located(from, new BrigException(error.Kind, $"{Text.Quote(name)}: {error.Message}", error));
        }
    }

    private static string NameOf(FromInstruction from, BuildScope scope)
    {
        string name = scope.ForGlobals.Expand(from.Image);
        if (name.Length == 0)
        {
            throw BrigException.Invalid($"base name ({Text.Quote(from.Image)}) should not be blank");
        }

        string platform = from.Platform is null ? "" : scope.ForGlobals.Expand(from.Platform);
        return platform.Length == 0 || platform == Platform.Host.ToString() || platform == Platform.Host.Architecture || platform == Platform.Host.Os
            ? name
            : throw BrigException.Unsupported($"FROM --platform={Text.Quote(platform)} is not supported yet on {Platform.Host}");
    }

    private sealed class PullRelay(IProgress<BuildEvent> progress) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => progress.Report(new BuildPull(value));
    }
}
