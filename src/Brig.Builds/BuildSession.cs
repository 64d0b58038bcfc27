using Brig.Builds.Attestations;
using Brig.Builds.Cache;
using Brig.Builds.Checks;
using Brig.Builds.Context;
using Brig.Builds.Dockerfiles;
using Brig.Builds.Execution;
using Brig.Builds.Exports;
using Brig.Builds.Graph;
using Brig.Builds.Plan;
using Brig.Builds.Sources;
using Brig.Builds.StepMounts;
using Brig.Containers.Steps;
using Brig.Images;
using Brig.Images.Bundles;
using Brig.Images.Content;
using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Images;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds;

/// <summary>One build: its Dockerfile and contexts open, everything that it made on the way taken back at its end.</summary>
internal sealed class BuildSession : IDisposable
{
    private const long LeastBudget = 10L << 30;
    private const string Epoch = "SOURCE_DATE_EPOCH";

    private readonly Stack<IDisposable> _held = new();
    private readonly StateRoot _root;
    private readonly Database _database;
    private readonly ImageStore _images;
    private readonly IStepRunner _runner;
    private readonly BuildCache _cache;
    private readonly ContentLease _lease;
    private readonly BuildJournal _journal;
    private readonly TimeProvider _time;
    private readonly Registries? _registries;
    private readonly BuildRequest _request;
    private readonly CancellationToken _token;
    private readonly ImagePuller _puller;
    private Dockerfile _file = null!;
    private SourceTree _context = null!;
    private ContextLoader _loader = null!;
    private FetchedTrees _fetched = null!;
    private ArchiveLayers _archives = null!;
    private NamedContexts _contexts = null!;
    private BaseImages _bases = null!;
    private CheckLog _notes = null!;
    private readonly List<(string Uri, Digest Digest)> _materials = [];
    private IReadOnlyDictionary<string, string> _args = new Dictionary<string, string>();
    private string _folder = "";
    private string _text = "";
    private int _stopped;

    private BuildSession(StateRoot root, Database database, ImageStore images, ImagePuller puller, IStepRunner runner, BuildCache cache, ContentLease lease, BuildJournal journal, TimeProvider time, Registries? registries, BuildRequest request, CancellationToken token) =>
        (_root, _database, _images, _puller, _runner, _cache, _lease, _journal, _time, _registries, _request, _token) = (root, database, images, puller, runner, cache, lease, journal, time, registries, request, token);

    /// <param name="root">The state root.</param>
    /// <param name="database">Its database.</param>
    /// <param name="images">Its images.</param>
    /// <param name="puller">Brings images that are missing.</param>
    /// <param name="runner">Runs steps.</param>
    /// <param name="cache">The build cache.</param>
    /// <param name="lease">Holds what the build has; it outlives the session.</param>
    /// <param name="journal">Hears of it all.</param>
    /// <param name="time">The clock.</param>
    /// <param name="registries">The way to registries for outputs and caches; null for none.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="read">Is told the Dockerfile's text and name before it is parsed.</param>
    /// <param name="token">Ends the build.</param>
    internal static async Task<BuildSession> OpenAsync(
        StateRoot root, Database database, ImageStore images, ImagePuller puller, IStepRunner runner, BuildCache cache, ContentLease lease, BuildJournal journal, TimeProvider time, Registries? registries, BuildRequest request, Action<string, string> read, CancellationToken token)
    {
        BuildSession session = new(root, database, images, puller, runner, cache, lease, journal, time, registries, request, token);
        try
        {
            await session.OpenAsync(read);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    internal async Task<BuildResult> BuildAsync()
    {
        IReadOnlyList<Platform> platforms = _request.Platforms.Count > 0 ? _request.Platforms : [Platform.Host];
        List<Image> built = [];
        (int steps, int cached) = (0, 0);
        foreach (Platform platform in platforms)
        {
            (Image image, int ofThese, int found) = await BuildAsync(platform, isFirst: built.Count == 0);
            built.Add(image);
            (steps, cached) = (steps + ofThese, cached + found);
        }

        IReadOnlyList<CheckWarning> warnings = _notes.Warnings;
        if (_notes.IsError && warnings.Count > 0)
        {
            throw BrigException.Invalid($"lint violation found for rules: {string.Join(", ", warnings.Select(warning => warning.Rule).Distinct())}");
        }

        Descriptor? root = null;
        Exporter exporter = new(_images, _lease, _registries, _journal, _token);
        List<BundledImage> bundled = [.. built.Select((image, i) => new BundledImage(image, Attest(image, platforms[i])))];
        foreach (BuildOutput output in _request.Outputs)
        {
            root = await exporter.WriteAsync(output, bundled, platforms, _request.Tags) ?? root;
        }

        return new BuildResult(built[0], steps, cached) { Images = built, Warnings = warnings, Descriptor = root };
    }

    private List<Attestation> Attest(Image image, Platform platform)
    {
        List<Attestation> attestations = [];
        string name = $"pkg:docker/{(_request.Tags.Count > 0 ? _request.Tags[0].FamiliarName : "build")}@{(_request.Tags.Count > 0 ? _request.Tags[0].Tag : "latest")}?platform={Uri.EscapeDataString(platform.ToString())}";
        if (_request.Attestations.Sbom && image.Layers.Count > 0)
        {
            using SafeFileHandle view = Mounts.Overlay(_images.DirectoriesOf(image.Layers), null, null);
            attestations.Add(Statements.Sbom(view, name, image.Created ?? DateTimeOffset.UnixEpoch));
        }

        if (_request.Attestations.Provenance)
        {
            Dictionary<string, string> args = new(StringComparer.Ordinal);
            if (_request.Target is { } target)
            {
                args["target"] = target;
            }

            if (_request.Attestations.FullProvenance)
            {
                foreach ((string key, string value) in _request.BuildArgs)
                {
                    args["build-arg:" + key] = value;
                }
            }

            attestations.Add(Statements.Provenance(new ProvenanceFacts(_file.Name, Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(_text)), args, [.. _materials.Distinct()]), name));
        }

        return attestations;
    }

    internal async Task<IReadOnlyList<CheckWarning>> CheckAsync()
    {
        GraphPlanner planner = Planner(Platform.Host, out _);
        await planner.PlanAsync(GraphPlanner.IndexOf(_file, _request.Target));
        await LookForIgnoredAsync(planner.Planned);
        return _notes.Warnings;
    }

    internal Task<BuildOutline> OutlineAsync() => Task.FromResult(OutlineWriter.Write(_file, _request.Target, _request.BuildArgs));

    public void Dispose()
    {
        while (_held.TryPop(out IDisposable? held))
        {
            held.Dispose();
        }
    }

    private T Hold<T>(T held)
        where T : IDisposable
    {
        _held.Push(held);
        return held;
    }

    private async Task OpenAsync(Action<string, string> read)
    {
        Dictionary<string, SecretSource> secrets = _request.Secrets.ToDictionary(secret => secret.Id);
        GitFetcher git = new(_request.Agents);
        WebFetcher web = Hold(new WebFetcher(secrets));
        _archives = new ArchiveLayers(_images, _lease);
        _loader = Hold(new ContextLoader(_root, git, web, _archives, _time));
        _fetched = Hold(new FetchedTrees(_root, git, web));
        _bases = new BaseImages(_images, _puller, _lease, _request.Pull ? BasePolicy.Pull : BasePolicy.Local, _journal);
        _contexts = Hold(new NamedContexts(_request.Contexts, _loader, new LayoutImages(_root, _images, _lease), _bases));

        bool isLocal = _request.ContextArchive is null && Directory.Exists(_request.ContextDirectory);
        _folder = _request.ContextArchive is { } archive ? await UnpackAsync(archive) : await _loader.FolderAsync(_request.ContextDirectory, _token);
        string path = isLocal || _request.DockerfilePath is null ? ContextFiles.DockerfileOf(_folder, _request.DockerfilePath) : Inside(_folder, _request.DockerfilePath);
        string name = _request.DockerfileText is null ? Path.GetFileName(path) : "Dockerfile";
        BuildJournal.Entry entry = _journal.Begin($"[internal] load build definition from {name}");
        string text;
        try
        {
            text = _request.DockerfileText ?? ContextFiles.ReadDockerfile(path);
            entry.Say($"transferring dockerfile: {text.Length}B done");
            entry.Done();
        }
        catch (BrigException error)
        {
            entry.Failed(error.Message);
            throw;
        }

        read(text, name);
        _text = text;
        _file = Dockerfile.Parse(text, name);
        _notes = new CheckLog(_request.BuildArgs.GetValueOrDefault("BUILDKIT_DOCKERFILE_CHECK") ?? _file.Directives.Check);
        new Linter(_file, _notes).Run();
        _context = Hold(isLocal ? await _loader.LocalAsync(_folder, path, _token)
            : new SourceTree(_request.ContextArchive is not null ? ContextFiles.Open(_folder, path) : new BuildContext(Files.Open(_folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY), IgnoreRules.None), Owners.Root));
        _args = _request.BuildArgs.GetValueOrDefault(Epoch) == "context" ? new Dictionary<string, string>(_request.BuildArgs) { [Epoch] = EpochOfContext() } : _request.BuildArgs;
    }

    /// <summary>The time of the context's commit, or of the newest file in it.</summary>
    private string EpochOfContext() => Moment.OfNanoseconds(_context.NewestOf(_context.Find("/", [], parents: false)[0].Node)).Seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private async Task<string> UnpackAsync(Stream archive)
    {
        using SafeFileHandle spool = UnnamedFiles.Create(_root.Staging);
        using (FileStream output = new(Files.Duplicate(spool), FileAccess.Write, 128 << 10))
        {
            await archive.CopyToAsync(output, _token);
        }

        return _archives.TryUnpack(spool, _token) ?? throw BrigException.Invalid("the context on standard input is no archive");
    }

    // A path of a context that came from elsewhere is one inside it.
    private static string Inside(string folder, string path)
    {
        using SafeFileHandle top = Files.Open(folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        using SafeFileHandle file = Files.TryOpenIn(top, path, OpenFlags.O_PATH, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out _)
            ?? throw BrigException.NotFound($"failed to read dockerfile: open {Oci.Text.Quote(path)}: no such file or directory");
        return Files.ReadLink(null, $"/proc/self/fd/{Files.Number(file)}");
    }

    private GraphPlanner Planner(Platform platform, out BuildScope scope)
    {
        scope = new BuildScope(_file, _args, platform, _request.Target ?? "default", _notes);
        return new GraphPlanner(_file, scope, _contexts, _bases, _context, _token);
    }

    private async Task<(Image Image, int Steps, int Cached)> BuildAsync(Platform platform, bool isFirst)
    {
        GraphPlanner planner = Planner(platform, out BuildScope scope);
        StageNode target = await planner.PlanAsync(GraphPlanner.IndexOf(_file, _request.Target));
        IReadOnlyList<StageNode> stages = planner.Planned;
        if (isFirst)
        {
            CheckDefaults();
            await LookForIgnoredAsync(stages);
            foreach (string unused in scope.Unused)
            {
                _journal.Warn($"one or more build-args [{unused}] were not consumed");
            }
        }

        foreach (StageNode stage in stages)
        {
            foreach (Origin.OfImage origin in stage.Origins.Values.Append(stage.Base).OfType<Origin.OfImage>())
            {
                string named = stage.Base == origin ? stage.Stage.From.Image : origin.Image.Tags.Count > 0 ? origin.Image.Tags[0].Familiar : origin.Image.Id.Short;
                _materials.Add(($"pkg:docker/{named.Replace(':', '@')}?platform={Uri.EscapeDataString(platform.ToString())}", origin.Image.Digests.Count > 0 ? origin.Image.Digests[0].Digest!.Value : origin.Image.Id));
            }
        }

        _journal.Report(new BuildPlanned(stages.Sum(stage => stage.Plan.StepCount)));
        TimeSettings times = scope.BuiltIn(Epoch) is { Length: > 0 } epoch ? TimeSettings.Parse(epoch) : TimeSettings.OfInputs(_request.Newest);
        StepCache cache = new(_cache, _lease, platform);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(_token);
        using GraphExecution execution = new(cache, _lease, times, scope, _journal, UseOf, _file.Stages.Count > 1, _request.Platforms.Count > 1 ? platform + " " : "", stop);
        using OriginTrees trees = new(_images, execution.RunAsync);
        ContextSnapshots snapshots = new(_root, _images, _lease, cache, times);
        execution.Snapshots = snapshots;
        execution.Executor = new StepExecutor(_root, _images, _runner, Inputs(scope), trees, new CopySources(trees, _fetched), _archives, snapshots, times, _request.Observer);
        if (_request.StopBefore > 0)
        {
            execution.Before = async (step, _, below, token) =>
            {
                if (step.Instruction.Lines.Last >= _request.StopBefore && Interlocked.Exchange(ref _stopped, 1) == 0 && !await execution.Executor.LookAsync(step, below, token))
                {
                    throw BrigException.Conflict($"stopped before line {step.Instruction.Lines.First}");
                }
            };
        }

        execution.Imported = await ImportAsync(platform);
        try
        {
            StageResult result = await execution.FinishAsync(target, _token);
            bool isInline = _request.CacheTo.Any(to => to.Type == "inline") || scope.BuiltIn("BUILDKIT_INLINE_CACHE") == "1";
            IReadOnlyList<StepTrace> traces = isInline || _request.CacheTo.Count > 0 ? await execution.TracesAsync(_token) : [];
            foreach (CacheSource destination in _request.CacheTo.Where(to => to.Type != "inline"))
            {
                await new CacheExporter(_images, _lease, _registries, _journal, _token).WriteAsync(destination, traces, target);
            }

            Image image = Export(new ImageWriter(target, result, _request.Labels, isInline ? CacheExporter.Inline(traces, result.Layers) : null), cache, times, result, platform, isFirst);
            return (image, stages.Sum(stage => stage.Plan.Steps.Count), execution.CachedSteps);
        }
        finally
        {
            _cache.Touch(cache.Keys, Budget());
            _loader.Remember();
        }
    }

    private async Task<ImportedCache?> ImportAsync(Platform platform)
    {
        if (_request.CacheFrom.Count == 0 || _request.NoCache)
        {
            return null;
        }

        ImportedCache imported = new(_lease, _journal);
        foreach (CacheSource source in _request.CacheFrom)
        {
            await imported.AddAsync(source, _images, _registries, platform, _token);
        }

        return imported;
    }

    private CacheUse UseOf(StageNode stage) =>
        _request.NoCache || _request.NoCacheStages.Any(name => name.Equals(stage.Stage.From.Name, StringComparison.OrdinalIgnoreCase) || name == stage.Index.ToString(System.Globalization.CultureInfo.InvariantCulture))
            ? CacheUse.Ignore
            : CacheUse.Read;

    private StepInputs Inputs(BuildScope scope) => new()
    {
        Caches = new CacheMountStore(_root, _time),
        CacheNamespace = scope.BuiltIn("BUILDKIT_CACHE_MOUNT_NS") ?? "",
        Secrets = _request.Secrets.ToDictionary(secret => secret.Id),
        Agents = _request.Agents,
        Network = _request.Network,
        Entitlements = _request.Entitlements,
        Hostname = scope.BuiltIn("BUILDKIT_SANDBOX_HOSTNAME") is { Length: > 0 } name ? name : null,
        ExtraHosts = _request.ExtraHosts,
        Resources = _request.Resources,
        Ulimits = _request.Ulimits,
        SharedMemory = _request.SharedMemory,
    };

    private Image Export(ImageWriter writer, StepCache cache, TimeSettings times, StageResult result, Platform platform, bool isFirst)
    {
        BuildJournal.Entry entry = _journal.Begin("exporting to image");
        string key = writer.KeyOf(times.Key);
        ReadOnlyMemory<byte> config;
        if (!_request.NoCache && cache.Hit(key) is { } known && known.Layers.SequenceEqual(result.Layers))
        {
            config = known.ConfigBytes;
        }
        else
        {
            config = writer.Write(result.Moment.Time);
            if (result.IsRepeatable)
            {
                cache.Keep(key, config, "image", $"image for {platform}");
            }
        }

        if (!_request.Outputs.Any(output => output.Kind == BuildOutputKind.Image))
        {
            // Kept for those who write it elsewhere, for as long as the lease.
            entry.Done();
            return _images.AddFor(_lease, config);
        }

        // The names are those of this machine's image, else of the first.
        bool isNamed = platform == Platform.Host || (isFirst && !_request.Platforms.Contains(Platform.Host));
        IReadOnlyList<ImageReference> tags = isNamed ? _request.Tags : [];
        Image stored = _database.Transaction(() =>
        {
            Image image = _images.Add(config, tags.Count > 0 ? tags[0] : null);
            foreach (ImageReference tag in tags.Skip(1))
            {
                _images.Tag(image.Id, tag);
            }

            return _images.Find(image.Id)!;
        });
        entry.Say($"writing image {stored.Id}");
        foreach (ImageReference tag in tags)
        {
            entry.Say($"naming to {tag.Name}:{tag.Tag ?? "latest"}");
        }

        entry.Done();
        _journal.Report(new BuildExported(stored.Id, tags));
        return stored;
    }

    /// <summary>FROM names that are empty or wrong while ARGs have their defaults.</summary>
    private void CheckDefaults()
    {
        BuildScope defaults = new(_file, new Dictionary<string, string>());
        foreach (Stage stage in _file.Stages)
        {
            string name = "";
            try
            {
                name = defaults.ForGlobals.Expand(stage.From.Image);
            }
            catch (BrigException)
            {
                // The planner has said so, or the value that was given makes it right.
            }

            if (stage.From.Image.Contains('$', StringComparison.Ordinal) && !ImageReference.TryParse(name.ToLowerInvariant(), out _))
            {
                _notes.Add(CheckRule.InvalidDefaultArgInFrom, $"Default value for ARG {stage.From.Image} results in empty or invalid base image name", stage.From.Lines);
            }
        }
    }

    private Task LookForIgnoredAsync(IEnumerable<StageNode> stages)
    {
        foreach ((StageNode stage, CopyStep copy) in stages.SelectMany(stage => stage.Plan.Steps.OfType<CopyStep>().Select(copy => (stage, copy))))
        {
            foreach (string source in copy.Sources.Where(source => copy.From is null && !(copy.IsAdd && RemoteAddress.IsRemote(source)) && !Glob.IsPattern(source)))
            {
                if (_context.Files.IsIgnored(source))
                {
                    _notes.Add(CheckRule.CopyIgnoredFile, $"Attempting to {(copy.IsAdd ? "Add" : "Copy")} file \"{source}\" that is excluded by .dockerignore", copy.Instruction.Lines);
                }
            }
        }

        return Task.CompletedTask;
    }

    private long Budget()
    {
        if (_request.CacheBudget > 0)
        {
            return _request.CacheBudget;
        }

        try
        {
            return Math.Max(LeastBudget, new DriveInfo(_root.Root).TotalSize / 5);
        }
        catch (IOException)
        {
            return LeastBudget;
        }
    }
}
