using Brig.Builds.Cache;
using Brig.Builds.Dockerfiles;
using Brig.Builds.Execution;
using Brig.Builds.Plan;
using Brig.Images.Content;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Builds.Graph;

/// <summary>
/// Brings stages about, side by side: each once, its steps one after another, from the cache where that has them. A step that two stages
/// share is done once. The first failure ends the rest.
/// </summary>
internal sealed class GraphExecution(StepCache cache, ContentLease lease, TimeSettings times, BuildScope scope, BuildJournal journal, Func<StageNode, CacheUse> useOf, bool isMultiStage, CancellationTokenSource stop) : IDisposable
{
    private const string Comment = "buildkit.dockerfile.v0";

    private readonly Lock _lock = new();
    private readonly Dictionary<StageNode, Task<StageResult>> _stages = [];
    private readonly Dictionary<string, Task<StepResult>> _steps = [];
    private readonly SemaphoreSlim _slots = new(Math.Max(4, Environment.ProcessorCount));
    private BrigException? _first;
    private int _cached;

    /// <summary>Set once, before anything runs: it needs this to reach stages.</summary>
    internal StepExecutor Executor { get; set; } = null!;

    /// <summary>Set once, before anything runs.</summary>
    internal ContextSnapshots Snapshots { get; set; } = null!;

    /// <summary>Results of other builds; null for none.</summary>
    internal ImportedCache? Imported { get; set; }

    /// <summary>Stops before the first step at or after this line; null never does.</summary>
    internal Func<PlannedStep, StageNode, IReadOnlyList<DiffId>, CancellationToken, Task>? Before { get; set; }

    internal int CachedSteps => _cached;

    /// <summary>The keys under which the layers of the result are, for those who export the cache.</summary>
    internal List<StepTrace> Traces { get; } = [];

    internal Task<StageResult> RunAsync(StageNode node)
    {
        lock (_lock)
        {
            return _stages.TryGetValue(node, out Task<StageResult>? known) ? known : _stages[node] = Task.Run(() => ExecuteAsync(node), stop.Token);
        }
    }

    /// <summary>As <see cref="RunAsync"/>, and returns only when everything that was begun has ended. Throws what failed first.</summary>
    internal async Task<StageResult> FinishAsync(StageNode node, CancellationToken token)
    {
        StageResult? result = null;
        try
        {
            result = await RunAsync(node);
        }
        catch (Exception error) when (error is OperationCanceledException or BrigException)
        {
            await stop.CancelAsync();
            _first ??= error as BrigException;
        }

        Task[] begun;
        lock (_lock)
        {
            begun = [.. _stages.Values];
        }

        await Task.WhenAll(begun).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        token.ThrowIfCancellationRequested();
        return result ?? throw _first ?? new BrigException(ErrorKind.Internal, "the build was stopped");
    }

    public void Dispose() => _slots.Dispose();

    private async Task<StageResult> ExecuteAsync(StageNode node)
    {
        CancellationToken token = stop.Token;
        foreach (StageNode need in node.Needs)
        {
            _ = RunAsync(need);
        }

        (List<DiffId> layers, List<History> history, bool isRepeatable) = await BaseAsync(node, token);
        CacheUse use = useOf(node);
        int step = 0;
        foreach (HistoryDraft draft in node.Plan.History)
        {
            DateTimeOffset? made = null;
            if (!draft.EmptyLayer)
            {
                PlannedStep planned = node.Plan.Steps[step++];
                (layers, made, bool repeatable) = await StepAsync(planned, node, layers, use, token);
                isRepeatable &= repeatable;
            }

            history.Add(new History { Created = made, CreatedBy = draft.CreatedBy, Comment = Comment, EmptyLayer = draft.EmptyLayer });
        }

        return new StageResult { Layers = layers, History = history, IsRepeatable = isRepeatable };
    }

    private async Task<(List<DiffId>, List<History>, bool)> BaseAsync(StageNode node, CancellationToken token)
    {
        switch (node.Base)
        {
            case Origin.OfStage { Stage: var below }:
                StageResult result = await RunAsync(below);
                return ([.. result.Layers], [.. result.History], result.IsRepeatable);
            case Origin.OfImage { Image: var image }:
                BuildJournal.Entry entry = journal.Begin(NameOf(node, 1, node.Stage.From.Text));
                entry.Done();
                return ([.. image.Layers], [.. image.Config.History ?? []], true);
            case Origin.OfFolder { Tree: var tree, Name: var name }:
                DiffId layer = await Snapshots.OfAsync(tree, "", token);
                return ([layer], [new History { Created = times.Time, CreatedBy = $"COPY {name} / # buildkit", Comment = Comment }], true);
            default:
                return ([], [], true);
        }
    }

    private async Task<(List<DiffId> Layers, DateTimeOffset Made, bool IsRepeatable)> StepAsync(PlannedStep step, StageNode node, List<DiffId> below, CacheUse use, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (Before is not null)
        {
            await Before(step, node, below, token);
        }

        BuildJournal.Entry entry = journal.Begin(NameOf(node, step.Number, step.Instruction.Text));
        try
        {
            string? quick = await Executor.QuickKeyAsync(step, node, below, token);
            if (use == CacheUse.Read && quick is not null && (Found(quick, step, node, below, entry) ?? await ImportedAsync(quick, step, node, below, entry, token)) is { } early)
            {
                return early;
            }

            string key = await Executor.KeyAsync(step, node, below, token);
            if (use == CacheUse.Read && (Found(key, step, node, below, entry) ?? await ImportedAsync(key, step, node, below, entry, token)) is { } hit)
            {
                return hit;
            }

            (StepResult result, bool isOwn) = await OnceAsync(key, step, node, below, entry, token);
            lease.Hold([result.Layer]);
            List<DiffId> layers = [.. below, result.Layer];
            if (result.IsRepeatable && isOwn)
            {
                foreach (string name in quick is null ? [key] : (string[])[key, quick])
                {
                    cache.Keep(name, step is CopyStep { Link: true } ? [result.Layer] : layers, step.Config, times.Time, KindOf(step), step.Instruction.Text);
                }
            }

            Trace(node, step, key, below, result.Layer);
            entry.Done();
            return (layers, times.Time, result.IsRepeatable);
        }
        catch (OperationCanceledException)
        {
            entry.Failed("canceled");
            throw;
        }
        catch (BrigException error) when (Excerpt.LinesOf(error) is not null)
        {
            // What this step waits for has failed, and said so.
            entry.Failed("canceled");
            throw;
        }
        catch (Exception error) when (error is BrigException or IOException)
        {
            BrigException located = scope.Located(step.Instruction, error as BrigException ?? new BrigException(ErrorKind.Internal, error.Message, error));
            entry.Failed(located.Message);
            lock (_lock)
            {
                _first ??= located;
            }

            await stop.CancelAsync();
            throw located;
        }
    }

    private (List<DiffId>, DateTimeOffset, bool)? Found(string key, PlannedStep step, StageNode node, List<DiffId> below, BuildJournal.Entry entry)
    {
        if (cache.Hit(key) is not { } image)
        {
            return null;
        }

        Interlocked.Increment(ref _cached);
        Trace(node, step, key, below, image.Layers[^1]);
        entry.Cached();
        return ([.. below, image.Layers[^1]], image.Created ?? times.Time, true);
    }

    private async Task<(List<DiffId>, DateTimeOffset, bool)?> ImportedAsync(string key, PlannedStep step, StageNode node, List<DiffId> below, BuildJournal.Entry entry, CancellationToken token)
    {
        if (Imported is null || await Imported.FindAsync(key, entry, token) is not { } found)
        {
            return null;
        }

        List<DiffId> layers = [.. below, found.Layer];
        DateTimeOffset made = DateTimeOffset.FromUnixTimeSeconds(found.Entry.Time);
        cache.Keep(key, step is CopyStep { Link: true } ? [found.Layer] : layers, step.Config, made, found.Entry.Kind, found.Entry.Description);
        Interlocked.Increment(ref _cached);
        Trace(node, step, key, below, found.Layer);
        entry.Cached();
        return (layers, made, true);
    }

    private async Task<(StepResult Result, bool IsOwn)> OnceAsync(string key, PlannedStep step, StageNode node, List<DiffId> below, BuildJournal.Entry entry, CancellationToken token)
    {
        Task<StepResult> task;
        bool isOwn = false;
        lock (_lock)
        {
            if (!_steps.TryGetValue(key, out task!))
            {
                isOwn = true;
                task = _steps[key] = Task.Run(() => SlottedAsync(step, node, below, entry, token), token);
            }
        }

        return (await task, isOwn);
    }

    private async Task<StepResult> SlottedAsync(PlannedStep step, StageNode node, List<DiffId> below, BuildJournal.Entry entry, CancellationToken token)
    {
        await _slots.WaitAsync(token);
        try
        {
            return await Executor.RunAsync(step, node, below, entry.Output, token);
        }
        finally
        {
            _slots.Release();
        }
    }

    private void Trace(StageNode node, PlannedStep step, string key, List<DiffId> below, DiffId layer)
    {
        lock (_lock)
        {
            Traces.Add(new StepTrace(node, step, key, [.. below], layer));
        }
    }

    private string NameOf(StageNode node, int number, string text) => $"[{(isMultiStage ? node.Label + " " : "")}{number}/{node.Plan.StepCount}] {text}";

    internal static string KindOf(PlannedStep step) => step switch
    {
        RunStep => "run",
        CopyStep => "copy",
        _ => "workdir",
    };
}
