using Brig.Images.Content;
using Brig.Images.Registry;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Transfers;

/// <summary>Downloads blobs that are kept as they are: an artifact's. To be used under a lease that holds them.</summary>
internal sealed class BlobTransfers(ImageStore store, RepositoryClient repository, IProgress<TransferProgress> progress)
{
    private const int Downloads = 4;
    private const long ReportEvery = 512 << 10;

    /// <summary>Ends when all are in the store.</summary>
    internal async Task RunAsync(IEnumerable<Descriptor> blobs, CancellationToken token)
    {
        List<Descriptor> missing = [.. blobs.DistinctBy(blob => blob.Digest).Where(blob => !store.Blobs.IsThere(blob.Digest, blob.Size))];
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = Downloads, CancellationToken = token }, async (blob, inner) =>
        {
            if (blob.Size < 0)
            {
                throw BrigException.Invalid($"{repository.Reference}: a blob of {blob.Size} bytes");
            }

            long told = 0;
            Report(blob, TransferState.Pulling, 0);
            using GrowingFile file = store.Blobs.Receive(blob.Digest, blob.Size);
            try
            {
                await repository.DownloadAsync(blob, file, done =>
                {
                    if (done - told >= ReportEvery)
                    {
                        told = done;
                        Report(blob, TransferState.Downloading, done);
                    }
                }, inner);
            }
            catch (BrigException error) when (error.Kind == ErrorKind.InvalidArgument)
            {
                store.Blobs.Remove(blob.Digest);
                throw;
            }

            store.Blobs.Accept(file, blob.Digest);
            Report(blob, TransferState.Pulled, blob.Size);
        });
    }

    private void Report(Descriptor blob, TransferState state, long current) => progress.Report(new TransferProgress(blob.Digest.Short, state, current, blob.Size));
}
