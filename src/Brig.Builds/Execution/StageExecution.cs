using System.Text.Json;
using Brig.Builds.Cache;
using Brig.Builds.Plan;
using Brig.Images;
using Brig.Images.Content;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Builds.Execution;

/// <summary>Takes a stage's steps one after another, from the cache for as long as it has them.</summary>
internal sealed class StageExecution(ImageStore images, BuildCache cache, StepExecutor executor, ContentLease lease, TimeProvider time, IProgress<BuildEvent> progress)
{
    private readonly List<string> _keys = [];
    private bool _isRepeatable = true;

    /// <summary>The keys that were found or stored.</summary>
    internal IReadOnlyCollection<string> Keys => _keys;

    internal int CachedSteps { get; private set; }

    /// <summary>When each step's layer was made, in order.</summary>
    internal List<DateTimeOffset> Made { get; } = [];

    /// <summary>Brings all steps about. Gives the diff IDs of the whole chain, lowest first, and the key that it stands under.</summary>
    internal async Task<(IReadOnlyList<DiffId> Layers, string Key)> RunAsync(StagePlan plan, Image? below, BuildScope scope, CacheUse use, CancellationToken token)
    {
        List<DiffId> layers = [.. below?.Layers ?? []];
        string key = BaseKey(layers);
        bool mayHit = use == CacheUse.Read;
        foreach (PlannedStep step in plan.Steps)
        {
            token.ThrowIfCancellationRequested();
            progress.Report(new BuildStepStarted(step.Number, plan.StepCount, step.Instruction.Text));
            try
            {
                key = executor.KeyOf(step, key, token);
                if (mayHit && Hit(key) is { } image)
                {
                    layers = [.. image.Layers];
                    Made.Add(image.Created ?? time.GetUtcNow());
                    CachedSteps++;
                    progress.Report(new BuildStepCached(step.Number));
                    continue;
                }

                // What comes after a step that ran stands on a new result, whatever the cache has.
                mayHit = false;
                layers = await MakeAsync(step, key, layers, token);
            }
            catch (Exception error) when (error is BrigException or IOException)
            {
                BrigException located = scope.Located(step.Instruction, error as BrigException ?? new BrigException(ErrorKind.Internal, error.Message, error));
                progress.Report(new BuildStepFailed(step.Number, located.Message));
                throw located;
            }
        }

        return (layers, key);
    }

    /// <summary>The image that is under a key already; used now where it is.</summary>
    internal Image? Hit(string key)
    {
        if (cache.Find(key) is not { } image)
        {
            return null;
        }

        lease.Hold(image.Layers);
        if (cache.Find(key)?.Id != image.Id)
        {
            return null; // taken back before it was held
        }

        _keys.Add(key);
        return image;
    }

    /// <summary>Stores a result for later builds, unless a file changed while it was made.</summary>
    internal void Keep(string key, ReadOnlyMemory<byte> config)
    {
        if (_isRepeatable)
        {
            cache.Put(key, config);
            _keys.Add(key);
        }
    }

    private async Task<List<DiffId>> MakeAsync(PlannedStep step, string key, List<DiffId> layers, CancellationToken token)
    {
        long start = time.GetTimestamp();
        StepResult result = await executor.RunAsync(step, Lowers(layers),
            (stream, bytes) => progress.Report(new BuildStepOutput(step.Number, stream, bytes.ToArray())), token);
        lease.Hold([result.Layer]);
        layers = [.. layers, result.Layer];
        Made.Add(time.GetUtcNow());
        _isRepeatable &= result.IsRepeatable;
        Keep(key, Intermediate(layers, Made[^1]));
        progress.Report(new BuildStepDone(step.Number, time.GetElapsedTime(start)));
        return layers;
    }

    // Topmost first. overlayfs refuses a directory that comes twice, as empty layers do; the lower one shows nothing that the upper does not.
    private IReadOnlyList<string> Lowers(IReadOnlyList<DiffId> layers) => [.. layers.Reverse().Distinct().Select(images.Layers.PathOf)];

    private static string BaseKey(IReadOnlyList<DiffId> layers)
    {
        using CacheKey key = new("", "base");
        return key.Add([.. layers.Select(layer => layer.ToString())]).Add(Platform.Host.ToString()).Finish();
    }

    private static byte[] Intermediate(IReadOnlyList<DiffId> layers, DateTimeOffset made) => JsonSerializer.SerializeToUtf8Bytes(
        new ImageConfig
        {
            Created = made,
            Os = Platform.Host.Os,
            Architecture = Platform.Host.Architecture,
            RootFs = new RootFilesystem { Type = "layers", DiffIds = layers },
        },
        ImageJson.Documents.ImageConfig);
}
