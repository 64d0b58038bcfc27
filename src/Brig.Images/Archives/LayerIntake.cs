using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Images.Transfers;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Archives;

/// <summary>
/// Takes a layer that comes as a tar and not from a registry: unpacks it, and on another thread keeps its bytes as a blob
/// (compressed where they are not), since the unpacked tree alone does not tell the tar that the diff ID is of.
/// </summary>
internal sealed class LayerIntake(ImageStore store, ContentLease lease)
{
    /// <summary><paramref name="open"/> gives the packed layer from its beginning; it is called twice.</summary>
    internal Layer Take(Func<Stream> open, DiffId? expected, Func<IReadOnlyList<string>> lowers, CancellationToken token)
    {
        using SafeFileHandle file = store.Blobs.Create();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task<(Digest Digest, long Size, string MediaType)> copying = Task.Factory.StartNew(
            () => BlobMaker.Copy(open(), file, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            using Stream content = Compression.Open(open());
            Layer layer = store.Layers.Ingest(content, expected, lowers, token);
            (Digest digest, long size, string type) = copying.GetAwaiter().GetResult();
            lease.Hold([layer.DiffId]);
            new BlobMaker(store.Blobs, store.Layers).Keep(file, new LayerBlob(digest, layer.DiffId, size, type), lease);
            return layer;
        }
        catch (Exception error)
        {
            // The copy reads from what the caller will close.
            stop.Cancel();
            ((IAsyncResult)copying).AsyncWaitHandle.WaitOne();
            throw Unpacking.Explain(error, expected) is { } known ? known : error;
        }
    }
}
