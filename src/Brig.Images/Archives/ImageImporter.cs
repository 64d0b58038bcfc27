using System.Text.Json;
using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Archives;

/// <summary>Makes an image of one layer from the tar of a root file system, plain or compressed.</summary>
public sealed class ImageImporter(ImageStore store, TimeProvider time)
{
    private const int CopySize = 256 << 10;

    /// <summary>Reads the stream to its end, while it is being unpacked.</summary>
    public async Task<Image> ImportAsync(Stream input, ImportOptions options, CancellationToken token)
    {
        store.Garbage.Sweep();
        store.Layers.Reclaim();
        using ContentLease lease = store.Lease();
        using GrowingFile spool = new(store.Blobs.Create());
        LayerIntake intake = new(store, lease);
        Task<Layer> taking = Task.Factory.StartNew(
            () => intake.Take(() => spool.OpenRead(), null, () => [], token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            byte[] buffer = new byte[CopySize];
            while (!taking.IsCompleted && await input.ReadAsync(buffer, token) is var got and > 0)
            {
                spool.Append(buffer.AsSpan(0, got));
            }

            spool.Complete();
        }
        catch (Exception error)
        {
            spool.Fail(error);
            await taking.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw Transfers.Unpacking.Explain(error, null) ?? error;
        }

        Layer layer = await taking;
        return store.Add(JsonSerializer.SerializeToUtf8Bytes(Describe(layer, options), ImageJson.Documents.ImageConfig), options.Tag);
    }

    private ImageConfig Describe(Layer layer, ImportOptions options) => new()
    {
        Created = time.GetUtcNow(),
        Architecture = options.Platform.Architecture,
        Variant = options.Platform.Variant,
        Os = options.Platform.Os,
        Config = options.Config,
        RootFs = new RootFilesystem { Type = "layers", DiffIds = [layer.DiffId] },
        History = [new History { Created = time.GetUtcNow(), Comment = options.Message ?? $"Imported from {options.Source}" }],
    };
}
