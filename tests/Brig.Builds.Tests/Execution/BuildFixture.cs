using System.Text.Json;
using Brig.Builds.Cache;
using Brig.Images;
using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Oci;
using Brig.Oci.Images;
using Brig.State;

namespace Brig.Builds.Tests.Execution;

/// <summary>A state root with one base image named <c>base</c>, a context, and a builder on them.</summary>
internal sealed class BuildFixture : IProgress<BuildEvent>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lock _lock = new();

    internal BuildFixture()
    {
        Root = new StateRoot(_folder["state"], _folder["run"]);
        Database = Database.Open(Root);
        Images = new ImageStore(Root, Database, new LayerStore(Root), TimeProvider.System);
        SmallSystem.Make(_folder["state/staging-base"]);
        using ContentLease lease = Images.Lease();
        Layer layer = Images.Layers.Adopt(_folder["state/staging-base"], CancellationToken.None);
        ImageConfig config = new()
        {
            Os = "linux",
            Architecture = Platform.Host.Architecture,
            Created = DateTimeOffset.UnixEpoch,
            Config = new ExecutionConfig { Cmd = ["sh"] },
            RootFs = new RootFilesystem { Type = "layers", DiffIds = [layer.DiffId] },
            History = [new History { CreatedBy = "made by hand", Created = DateTimeOffset.UnixEpoch }],
        };
        Images.Add(JsonSerializer.SerializeToUtf8Bytes(config, ImageJson.Documents.ImageConfig), ImageReference.Parse("base"));
        Directory.CreateDirectory(Context);
    }

    internal StateRoot Root { get; }

    internal Database Database { get; }

    internal ImageStore Images { get; }

    internal ChrootRunner Runner { get; } = new();

    internal TemporaryFolder Folder => _folder;

    internal string Context => _folder["context"];

    internal List<BuildEvent> Events { get; } = [];

    internal BuildCache Cache => new(Database, Images, TimeProvider.System);

    /// <summary>The steps of stages, in the order in which they began.</summary>
    internal List<string> StepNames => [.. Started().Select(step => step.Name)];

    /// <summary>What those steps wrote.</summary>
    internal string Output
    {
        get
        {
            HashSet<int> steps = [.. Started().Select(step => step.Step)];
            lock (_lock)
            {
                return string.Concat(Events.OfType<BuildStepOutput>().Where(e => steps.Contains(e.Step)).Select(e => System.Text.Encoding.UTF8.GetString(e.Bytes.Span)));
            }
        }
    }

    private List<BuildStepStarted> Started()
    {
        lock (_lock)
        {
            return [.. Events.OfType<BuildStepStarted>().Where(e => !e.Name.StartsWith("[internal]", StringComparison.Ordinal) && e.Name != "exporting to image")];
        }
    }

    public void Report(BuildEvent value)
    {
        lock (_lock)
        {
            Events.Add(value);
        }
    }

    internal void Write(string name, string content) => _folder.Write("context/" + name, content);

    internal Task<BuildResult> Build(string dockerfile, Func<BuildRequest, BuildRequest>? with = null) => BuildUntil(dockerfile, with, TestContext.Current.CancellationToken);

    internal async Task<BuildResult> BuildUntil(string dockerfile, Func<BuildRequest, BuildRequest>? with, CancellationToken token)
    {
        Write("Dockerfile", dockerfile);
        Events.Clear();
        Runner.Steps.Clear();
        BuildRequest request = new() { ContextDirectory = Context };
        Builder builder = new(Root, Database, Images, new ImagePuller(Images, new Registries(_ => null, new RegistryTimeouts())), Runner, TimeProvider.System);
        return await builder.BuildAsync(with?.Invoke(request) ?? request, this, token);
    }

    /// <summary>A file of the image's last layers, by name of the layer that has it.</summary>
    internal string Read(Image image, string path) =>
        File.ReadAllText(Images.LowersOf(image).Select(lower => Path.Join(lower, path)).First(File.Exists));

    internal void AssertNothingLeft()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(Root.Staging));
        Assert.DoesNotContain(_folder.Path, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Database.Dispose();
        _folder.Dispose();
    }
}
