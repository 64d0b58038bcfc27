using System.Collections.Concurrent;
using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Images.Registry;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Transfers;

/// <summary>
/// Downloads and unpacks the layers of one image, all stages at once: a layer is unpacked from its blob's file while the network still
/// fills it. Downloads begin lowest first too, so what the unpackers wait for is on its way.
/// </summary>
internal sealed class LayerTransfers : IDisposable
{
    private const int Downloads = 4;
    private const long ReportEvery = 512 << 10;

    private readonly ImageStore _store;
    private readonly RepositoryClient _repository;
    private readonly IProgress<TransferProgress> _progress;
    private readonly List<LayerTransfer> _missing = [];
    private readonly ConcurrentBag<LayerBlob> _blobs = [];
    private readonly Unpacking _unpacking;
    private readonly CancellationTokenSource _stop = new();
    private Exception? _first;

    /// <summary>To be made under a lease that holds all of the layers and blobs.</summary>
    internal LayerTransfers(ImageStore store, RepositoryClient repository, IReadOnlyList<DiffId> layers, IReadOnlyList<Descriptor> blobs, IProgress<TransferProgress> progress)
    {
        (_store, _repository, _progress) = (store, repository, progress);
        _unpacking = new Unpacking(store.Layers, layers);
        foreach ((DiffId layer, Descriptor blob) in layers.Zip(blobs).DistinctBy(pair => pair.First))
        {
            bool missing = store.Layers.Find(layer) is null;
            if (missing)
            {
                _missing.Add(new LayerTransfer(layer, blob, store.Blobs.TryOpen(blob.Digest, blob.Size) is { } file ? GrowingFile.Whole(file) : store.Blobs.Receive(blob.Digest, blob.Size)));
                IsResumed |= _missing[^1].File.Length > 0;
            }

            Report(blob, missing ? TransferState.Pulling : TransferState.AlreadyHere, 0);
        }
    }

    /// <summary>Whether something of it was there before, which a machine that lost its power may have left in disorder.</summary>
    internal bool IsResumed { get; }

    /// <summary>Gives the blobs that are new. Throws the first failure when everything has stopped.</summary>
    internal async Task<IReadOnlyList<LayerBlob>> RunAsync(CancellationToken token)
    {
        await using CancellationTokenRegistration registration = token.Register(() => Stop(new OperationCanceledException(token)));
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = Downloads, CancellationToken = _stop.Token };
            await Task.WhenAll(
                _unpacking.RunAsync(Unpack, _stop.Token),
                Parallel.ForEachAsync(_missing, options, (layer, inner) => new ValueTask(DownloadAsync(layer, inner))));
        }
        catch (Exception error)
        {
            Stop(error);
        }

        token.ThrowIfCancellationRequested();
        return _first is null ? [.. _blobs] : throw _first;
    }

    public void Dispose()
    {
        _unpacking.Dispose();
        _stop.Dispose();
        foreach (LayerTransfer layer in _missing)
        {
            layer.File.Dispose();
        }
    }

    private async Task DownloadAsync(LayerTransfer part, CancellationToken token)
    {
        try
        {
            if (!part.File.IsComplete)
            {
                long told = 0;
                await _repository.DownloadAsync(part.Blob, part.File, done =>
                {
                    if (done - told >= ReportEvery)
                    {
                        told = done;
                        Report(part.Blob, TransferState.Downloading, done);
                    }
                }, token);
                _store.Blobs.Accept(part.File, part.Blob.Digest);
            }

            _blobs.Add(new LayerBlob(part.Blob.Digest, part.Layer, part.Blob.Size, part.Blob.MediaType));
            Report(part.Blob, TransferState.Downloaded, part.Blob.Size);
            part.File.Complete();
        }
        catch (Exception error)
        {
            Stop(Unpacking.Explain(error, part.Layer) ?? error);
            throw;
        }
    }

    private void Unpack(DiffId layer, CancellationToken token)
    {
        LayerTransfer part = _missing.Find(part => part.Layer == layer)
            ?? throw new BrigException(ErrorKind.Internal, $"layer {layer.Digest.Short} vanished from the store");
        try
        {
            long told = 0;
            using Stream packed = part.File.OpenRead(done =>
            {
                if (done - told >= ReportEvery && part.File.IsComplete)
                {
                    told = done;
                    Report(part.Blob, TransferState.Extracting, done);
                }
            });
            using Stream content = Compression.Open(packed);
            _store.Layers.Ingest(content, layer, () => _unpacking.LowersOf(layer), token);
            Report(part.Blob, TransferState.Pulled, part.Blob.Size);
        }
        catch (Exception error)
        {
            Stop(Unpacking.Explain(error, layer) ?? error);
            throw;
        }
    }

    /// <summary>Ends everything that is at work. Only the first failure is told: the others follow from it.</summary>
    private void Stop(Exception error)
    {
        if (Interlocked.CompareExchange(ref _first, error, null) is null)
        {
            _stop.Cancel();
            foreach (LayerTransfer layer in _missing)
            {
                layer.File.Fail(error);
            }
        }
    }

    private void Report(Descriptor blob, TransferState state, long current) => _progress.Report(new TransferProgress(blob.Digest.Short, state, current, blob.Size));
}
