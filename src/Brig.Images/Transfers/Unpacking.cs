using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Linux;
using Brig.Oci;

namespace Brig.Images.Transfers;

/// <summary>
/// Unpacks an image's layers on threads of their own, several at once. Work begins lowest first, so a layer that has to wait
/// for one below it (a hard link into it) waits for one that is done or at work.
/// </summary>
internal sealed class Unpacking(LayerStore store, IReadOnlyList<DiffId> lowestFirst) : IDisposable
{
    private readonly Dictionary<DiffId, TaskCompletionSource> _done = lowestFirst.Distinct().ToDictionary(layer => layer, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    private readonly CancellationTokenSource _stop = new();
    private int _next = -1;

    /// <summary>Ends when all layers are in the store, or throws the first failure when all threads have ended. <paramref name="unpack"/> is called once for each layer that is not there.</summary>
    internal async Task RunAsync(Action<DiffId, CancellationToken> unpack, CancellationToken token)
    {
        DiffId[] layers = [.. lowestFirst.Distinct()];
        using CancellationTokenRegistration registration = token.Register(_stop.Cancel);
        int threads = Math.Min(layers.Length, Math.Clamp(Environment.ProcessorCount, 2, 4));
        await Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(() => Work(layers, unpack), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    /// <summary>The directories of the layers below one, topmost first, once they are all there.</summary>
    internal IReadOnlyList<string> LowersOf(DiffId layer)
    {
        List<DiffId> below = [.. lowestFirst.TakeWhile(other => other != layer)];
        foreach (DiffId lower in below)
        {
            _done[lower].Task.Wait(_stop.Token);
        }

        return LayerStack.Directories(store, below);
    }

    public void Dispose() => _stop.Dispose();

    private void Work(DiffId[] layers, Action<DiffId, CancellationToken> unpack)
    {
        while (!_stop.IsCancellationRequested && Interlocked.Increment(ref _next) is var i && i < layers.Length)
        {
            try
            {
                if (store.Find(layers[i]) is null)
                {
                    unpack(layers[i], _stop.Token);
                }

                _done[layers[i]].SetResult();
            }
            catch
            {
                _stop.Cancel();
                throw;
            }
        }
    }

    /// <summary>What a failure of unpacking means to a person; null where it is none of the layer's.</summary>
    internal static BrigException? Explain(Exception error, DiffId? layer)
    {
        string which = layer is { } known ? $"layer {known.Digest.Short}" : "layer";
        return error switch
        {
            BrigException plain => plain,
            AggregateException { InnerException: BrigException inner } => inner,
            IOException { InnerException: BrigException inner } => inner,
            IOException { InnerException: OperationCanceledException } => null,
            LinuxException kernel => new BrigException(ErrorKind.Internal, $"{which}: {kernel.Message}", kernel),
            _ when Compression.IsDamage(error) => BrigException.Invalid($"{which}: the compressed data is damaged: {Text.Quote(error.Message)}", error),
            IOException other => new BrigException(ErrorKind.Internal, $"{which}: {Text.Quote(other.Message)}", other),
            _ => null,
        };
    }
}
