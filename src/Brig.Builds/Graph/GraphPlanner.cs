using Brig.Builds.Checks;
using Brig.Builds.Dockerfiles;
using Brig.Builds.Execution;
using Brig.Builds.Plan;
using Brig.Builds.Sources;
using Brig.Images;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Builds.Graph;

/// <summary>
/// Plans the stages that a target needs, and no others: each once, with what it stands on and what its steps take from found. Images
/// are looked up side by side.
/// </summary>
internal sealed class GraphPlanner(Dockerfile file, BuildScope scope, NamedContexts contexts, BaseImages bases, SourceTree context, CancellationToken token)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Task<StageNode>> _stages = [];
    private readonly Dictionary<string, Task<Origin>> _images = [];

    /// <summary>The stages planned so far, in their order in the file.</summary>
    internal IReadOnlyList<StageNode> Planned
    {
        get
        {
            lock (_lock)
            {
                return [.. _stages.Values.Where(task => task.IsCompletedSuccessfully).Select(task => task.Result).OrderBy(node => node.Index)];
            }
        }
    }

    /// <summary>The index of the stage that a target names: its name or number; the last one for null.</summary>
    internal static int IndexOf(Dockerfile file, string? target)
    {
        if (target is null)
        {
            return file.Stages.Count - 1;
        }

        int index = LastNamed(file, target.ToLowerInvariant(), file.Stages.Count);
        if (index < 0 && int.TryParse(target, System.Globalization.NumberStyles.None, null, out int number) && number < file.Stages.Count)
        {
            index = number;
        }

        if (index >= 0)
        {
            return index;
        }

        string suggestion = Suggestion.For(target, file.Stages.Select(stage => stage.From.Name).OfType<string>()) is { } near ? $" (did you mean {near}?)" : "";
        throw BrigException.NotFound($"target stage \"{Text.Quote(target)}\" could not be found{suggestion}");
    }

    internal Task<StageNode> PlanAsync(int index)
    {
        lock (_lock)
        {
            return _stages.TryGetValue(index, out Task<StageNode>? known) ? known : _stages[index] = Task.Run(() => MakeAsync(index), token);
        }
    }

    private async Task<StageNode> MakeAsync(int index)
    {
        Stage stage = file.Stages[index];
        (Origin origin, Platform platform) = await BaseAsync(index, stage.From);
        (ImageConfig? below, VariableList? args) = origin switch
        {
            Origin.OfStage { Stage: var node } => (ConfigOf(node), node.Plan.Args),
            Origin.OfImage { Image: var image } => (image.Config, null),
            _ => ((ImageConfig?)null, (VariableList?)null),
        };
        StagePlan plan = new StagePlanner(stage, below, scope, args).Plan();
        Dictionary<string, Origin> origins = new(StringComparer.OrdinalIgnoreCase) { [""] = new Origin.OfFolder(context, "context") };
        List<Task> waiting = [];
        foreach (PlannedStep step in plan.Steps)
        {
            foreach (string name in step.TakesFrom.Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                waiting.Add(AddAsync(origins, index, name, step.Instruction, platform));
            }
        }

        await Task.WhenAll(waiting);
        return new StageNode
        {
            Stage = stage,
            Index = index,
            Label = stage.From.Name ?? $"stage-{index}",
            Plan = plan,
            Base = origin,
            BaseConfig = below,
            Platform = platform,
            Origins = origins,
        };
    }

    private async Task AddAsync(Dictionary<string, Origin> origins, int index, string name, Instruction instruction, Platform platform)
    {
        try
        {
            Origin origin = await FindAsync(name, index, platform, byNumber: true);
            lock (origins)
            {
                origins[name] = origin;
            }
        }
        catch (BrigException error)
        {
            throw scope.Located(instruction, error);
        }
    }

    private async Task<(Origin Origin, Platform Platform)> BaseAsync(int index, FromInstruction from)
    {
        try
        {
            Variables.Expander expander = scope.ForFrom(from);
            string name = expander.Expand(from.Image);
            string written = from.Platform is null ? "" : expander.Expand(from.Platform);
            Platform platform = written.Length == 0 ? scope.Target : PlatformChoice.Parse(written);
            if (name.Length == 0)
            {
                throw BrigException.Invalid($"base name ({Text.Quote(from.Image)}) should not be blank");
            }

            Origin origin = await FindAsync(name, index, platform, byNumber: false);
            if (origin is Origin.OfImage { Image: var image } && !BaseImages.IsFor(image, platform))
            {
                scope.Notes.Add(CheckRule.InvalidBaseImagePlatform, $"Base image {name} was pulled with platform \"{image.Config.Os}/{image.Config.Architecture}\", expected \"{platform}\" for current build", from.Lines);
            }

            return (origin, origin is Origin.OfStage { Stage: var node } && written.Length == 0 ? node.Platform : platform);
        }
        catch (BrigException error)
        {
            throw scope.Located(from, error);
        }
    }

    /// <summary>What a name stands for: a named context, an earlier stage, its number where that is allowed, else an image.</summary>
    private async Task<Origin> FindAsync(string name, int before, Platform platform, bool byNumber)
    {
        if (contexts.StageOf(name, platform) is { } stage)
        {
            int at = LastNamed(file, stage.ToLowerInvariant(), before);
            return at >= 0 ? new Origin.OfStage(await PlanAsync(at))
                : throw BrigException.NotFound($"build context {Text.Quote(name)}: no stage {Text.Quote(stage)} before the one that takes it");
        }

        if (await contexts.TryFindAsync(name, platform, token) is { } given)
        {
            return given;
        }

        string lower = name.ToLowerInvariant();
        int index = LastNamed(file, lower, before);
        if (index < 0 && byNumber && int.TryParse(name, System.Globalization.NumberStyles.None, null, out int number))
        {
            index = number < before ? number : throw BrigException.Invalid($"invalid from flag value {Text.Quote(name)}: the stage must stand before this one");
        }

        if (index >= 0)
        {
            return new Origin.OfStage(await PlanAsync(index));
        }

        if (LastNamed(file, lower, file.Stages.Count) >= 0 && byNumber)
        {
            throw BrigException.Invalid($"cannot copy from stage \"{Text.Quote(name)}\", it needs to be defined before current stage \"{file.Stages[before].From.Name ?? before.ToString(System.Globalization.CultureInfo.InvariantCulture)}\"");
        }

        if (lower == "scratch")
        {
            return new Origin.Empty();
        }

        try
        {
            return await ImageOnceAsync(name, platform);
        }
        catch (BrigException error) when (Suggestion.For(lower, file.Stages.Take(before).Select(earlier => earlier.From.Name).OfType<string>()) is { } near)
        {
            throw new BrigException(error.Kind, $"{error.Message} (did you mean {near}?)", error);
        }
    }

    private Task<Origin> ImageOnceAsync(string name, Platform platform)
    {
        lock (_lock)
        {
            string key = $"{name}\0{platform}";
            return _images.TryGetValue(key, out Task<Origin>? known) ? known : _images[key] = ImageAsync(name, platform);
        }
    }

    private async Task<Origin> ImageAsync(string name, Platform platform) => new Origin.OfImage(await bases.FindAsync(name, platform, token));

    private static int LastNamed(Dockerfile file, string name, int before)
    {
        for (int i = before - 1; i >= 0; i--)
        {
            if (file.Stages[i].From.Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    // What a stage hands on, without times and layers.
    private static ImageConfig ConfigOf(StageNode node) => new()
    {
        Architecture = node.BaseConfig?.Architecture ?? node.Platform.Architecture,
        Os = node.BaseConfig?.Os ?? node.Platform.Os,
        Variant = node.BaseConfig is null ? node.Platform.Variant : node.BaseConfig.Variant,
        OsVersion = node.BaseConfig?.OsVersion,
        Author = node.Plan.Author ?? node.BaseConfig?.Author,
        Config = node.Plan.Config,
        RootFs = new RootFilesystem { Type = "layers", DiffIds = [] },
    };
}
