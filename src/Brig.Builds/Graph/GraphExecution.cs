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
internal sealed class GraphExecution(StepCache cache, ContentLease lease, TimeSettings times, BuildScope scope, BuildJournal journal, Func<StageNode, CacheUse> useOf, bool isMultiStage, string label, CancellationTokenSource stop) : IDisposable
{
    private const string Comment = "buildkit.dockerfile.v0";

    private readonly Lock _lock = new();
    private readonly Dictionary<StageNode, Task<StageResult>> _stages = [];
    private readonly Dictionary<string, Task<StepResult>> _steps = [];
    private readonly SemaphoreSlim _slots = new(Math.Max(4, Environment.ProcessorCount));
    private readonly List<StepTrace> _traces = [];
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

    /// <summary>
    /// The steps of the build for those who hand them on. A step that was found by what its source is known by here gets the key of
    /// what it reads too: another machine may have the same files in other layers.
    /// </summary>
    internal async Task<IReadOnlyList<StepTrace>> TracesAsync(CancellationToken token)
    {
        for (int i = 0; i < _traces.Count; i++)
        {
            StepTrace trace = _traces[i];
            if (trace.Key is null && await Executor.LocalKeyAsync(trace.Step, trace.Stage, trace.Below, token) is { } key)
            {
                _traces[i] = trace with { Key = key };
            }
        }

        return _traces;
    }

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

        (List<DiffId> layers, List<History> history, Moment moment, bool isRepeatable) = await BaseAsync(node, token);
        CacheUse use = useOf(node);
        int step = 0;
        foreach (HistoryDraft draft in node.Plan.History)
        {
            if (!draft.EmptyLayer)
            {
                PlannedStep planned = node.Plan.Steps[step++];
                (DiffId layer, Moment made, bool repeatable) = await StepAsync(planned, node, layers, moment, use, token);
                (layers, moment, isRepeatable) = ([.. layers, layer], Moment.Later(moment, made), isRepeatable & repeatable);
            }

            history.Add(new History { Created = moment.Time, CreatedBy = draft.CreatedBy, Comment = Comment, EmptyLayer = draft.EmptyLayer });
        }

        return new StageResult { Layers = layers, Moment = moment, History = history, IsRepeatable = isRepeatable };
    }

    private async Task<(List<DiffId>, List<History>, Moment, bool)> BaseAsync(StageNode node, CancellationToken token)
    {
        switch (node.Base)
        {
            case Origin.OfStage { Stage: var below }:
                StageResult result = await RunAsync(below);
                return ([.. result.Layers], [.. result.History], result.Moment, result.IsRepeatable);
            case Origin.OfImage { Image: var image }:
                BuildJournal.Entry entry = journal.Begin(NameOf(node, 1, node.Stage.From.Text));
                entry.Done();
                return ([.. image.Layers], [.. image.Config.History ?? []], times.At(Moment.Of(image.Created ?? DateTimeOffset.UnixEpoch)), true);
            case Origin.OfFolder { Tree: var tree, Name: var name }:
                (DiffId layer, Moment moment) = await Snapshots.OfAsync(tree, "", token);
                return ([layer], [new History { Created = moment.Time, CreatedBy = $"COPY {name} / # buildkit", Comment = Comment }], moment, true);
            default:
                return ([], [], times.At(default), true);
        }
    }

    private async Task<StepResult> StepAsync(PlannedStep step, StageNode node, List<DiffId> below, Moment moment, CacheUse use, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (Before is not null)
        {
            await Before(step, node, below, token);
        }

        await Executor.AwaitSourcesAsync(step, node);
        BuildJournal.Entry entry = journal.Begin(NameOf(node, step.Number, step.Instruction.Text));
        try
        {
            Executor.Check(step);
            string? quick = await Executor.QuickKeyAsync(step, node, below, token);
            if (use == CacheUse.Read && quick is not null && (Found(quick, new(node, step, null, quick, [.. below]), entry) ?? await ImportedAsync(quick, new(node, step, null, quick, [.. below]), entry, token)) is { } early)
            {
                return early;
            }

            string key = await Executor.KeyAsync(step, node, below, token);
            if (use == CacheUse.Read && (Found(key, new(node, step, key, quick, [.. below]), entry) ?? await ImportedAsync(key, new(node, step, key, quick, [.. below]), entry, token)) is { } hit)
            {
                return hit;
            }

            (StepResult result, bool isOwn) = await OnceAsync(key, step, node, below, moment, entry, token);
            lease.Hold([result.Layer]);
            if (result.IsRepeatable && isOwn)
            {
                foreach (string name in quick is null ? [key] : (string[])[key, quick])
                {
                    cache.Keep(name, Kept(step, below, result.Layer), step.Config, result.Moment.Time, KindOf(step), step.Instruction.Text);
                }
            }

            Trace(new StepTrace(node, step, key, quick, [.. below], result.Layer, result.Moment));
            entry.Done();
            return result;
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

    private StepResult? Found(string key, StepTrace trace, BuildJournal.Entry entry)
    {
        if (cache.Hit(key) is not { } image)
        {
            return null;
        }

        if (trace.Quick is { } quick && quick != key)
        {
            cache.Keep(quick, image.ConfigBytes, KindOf(trace.Step), trace.Step.Instruction.Text);
        }

        return Taken(trace, image.Layers[^1], Moment.Of(image.Created ?? DateTimeOffset.UnixEpoch), entry);
    }

    private async Task<StepResult?> ImportedAsync(string key, StepTrace trace, BuildJournal.Entry entry, CancellationToken token)
    {
        if (Imported is null || await Imported.FindAsync(key, entry, token) is not { } found)
        {
            return null;
        }

        Moment moment = new(found.Entry.Time);
        cache.Keep(key, Kept(trace.Step, trace.Below, found.Layer), trace.Step.Config, moment.Time, found.Entry.Kind, found.Entry.Description);
        return Taken(trace, found.Layer, moment, entry);
    }

    private StepResult Taken(StepTrace trace, DiffId layer, Moment moment, BuildJournal.Entry entry)
    {
        Interlocked.Increment(ref _cached);
        Trace(trace with { Layer = layer, Moment = moment });
        entry.Cached();
        return new StepResult(layer, moment, IsRepeatable: true);
    }

    // A linked copy stands on nothing.
    private static IReadOnlyList<DiffId> Kept(PlannedStep step, IReadOnlyList<DiffId> below, DiffId layer) => step is CopyStep { Link: true } ? [layer] : [.. below, layer];

    private async Task<(StepResult Result, bool IsOwn)> OnceAsync(string key, PlannedStep step, StageNode node, List<DiffId> below, Moment moment, BuildJournal.Entry entry, CancellationToken token)
    {
        Task<StepResult> task;
        bool isOwn = false;
        lock (_lock)
        {
            if (!_steps.TryGetValue(key, out task!))
            {
                isOwn = true;
                task = _steps[key] = Task.Run(() => SlottedAsync(step, node, below, moment, entry, token), token);
            }
        }

        return (await task, isOwn);
    }

    private async Task<StepResult> SlottedAsync(PlannedStep step, StageNode node, List<DiffId> below, Moment moment, BuildJournal.Entry entry, CancellationToken token)
    {
        await _slots.WaitAsync(token);
        try
        {
            return await Executor.RunAsync(step, node, below, moment, entry.Output, token);
        }
        finally
        {
            _slots.Release();
        }
    }

    private void Trace(StepTrace trace)
    {
        lock (_lock)
        {
            _traces.Add(trace);
        }
    }

    private string NameOf(StageNode node, int number, string text) => $"[{label}{(isMultiStage ? node.Label + " " : "")}{number}/{node.Plan.StepCount}] {text}";

    internal static string KindOf(PlannedStep step) => step switch
    {
        RunStep => "run",
        CopyStep => "copy",
        _ => "workdir",
    };
}
