using Brig.Images.Registry;
using Brig.Oci;

namespace Brig.Images.Transfers;

/// <summary>Brings blobs to a registry that it does not have: taken from another repository there, else sent.</summary>
internal sealed class BlobSender(ImageStore store, Registries registries, RepositoryWriter repository, ImageReference reference, IProgress<TransferProgress> progress)
{
    private const int MountAttempts = 3;
    private const long ReportEvery = 512 << 10;

    /// <param name="id">What the progress calls it.</param>
    /// <param name="digest">The blob.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="open">Gives so many of its bytes from a position on, and tells its last argument how many of them were taken.</param>
    /// <param name="token">Ends it.</param>
    internal async Task SendAsync(string id, Digest digest, long size, Func<long, long, Action<long>, Stream> open, CancellationToken token)
    {
        if (await repository.HasBlobAsync(digest, token))
        {
            progress.Report(new TransferProgress(id, TransferState.AlreadyThere, 0, 0));
            return;
        }

        if (await MountAsync(digest, token) is { } origin)
        {
            progress.Report(new TransferProgress(id, TransferState.Mounted, 0, 0) { Origin = origin });
            return;
        }

        await repository.UploadAsync(digest, size, (start, length, moved) =>
        {
            long told = 0;
            return open(start, length, done =>
            {
                moved();
                if (done - told >= ReportEvery)
                {
                    told = done;
                    progress.Report(new TransferProgress(id, TransferState.Pushing, start + done, size));
                }
            });
        }, token);
        progress.Report(new TransferProgress(id, TransferState.Pushed, size, size));
    }

    /// <summary>The repository that the registry took the blob from, as the user calls it; null where it took it from none.</summary>
    private async Task<string?> MountAsync(Digest blob, CancellationToken token)
    {
        foreach (string known in store.Table.RepositoriesWith(blob, reference.Registry).Where(known => known != reference.Name).Take(MountAttempts))
        {
            ImageReference origin = ImageReference.Parse(known), location = registries.Settings.Configuration.TargetOf(origin).Location;
            if (location.Registry == repository.Location.Registry && await repository.MountAsync(blob, location.Repository, token))
            {
                return origin.Repository;
            }
        }

        return null;
    }
}
