using System.Text;
using Brig.Images.Archives;
using Brig.Images.Layers;
using Brig.Images.Registry;
using Brig.Images.Registry.Credentials;
using Brig.Images.Transfers;
using Brig.Linux;
using Brig.Oci;
using Brig.State;

namespace Brig.Images.Tests.Support;

/// <summary>A state root of its own, removed at the end where it was made here.</summary>
internal sealed class TestStore : IDisposable
{
    private readonly string _folder;
    private readonly bool _owned;
    private readonly Database _database;

    internal TestStore(string? folder = null, TimeProvider? time = null)
    {
        _owned = folder is null;
        _folder = folder ?? Directory.CreateTempSubdirectory("brig-images-").FullName;
        Root = new StateRoot(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"));
        _database = Database.Open(Root);
        Store = new ImageStore(Root, _database, new LayerStore(Root), time ?? TimeProvider.System);
    }

    internal StateRoot Root { get; }

    internal ImageStore Store { get; }

    internal Database Database => _database;

    internal Task<PullResult> PullAsync(string reference, Platform? platform = null, IProgress<TransferProgress>? progress = null, RegistryTimeouts? timeouts = null, Func<string, Credential?>? credentials = null) =>
        PullAsync(reference, PullScope.Of(platform ?? Platform.Host), progress, timeouts, credentials);

    internal async Task<PullResult> PullAsync(string reference, PullScope scope, IProgress<TransferProgress>? progress = null, RegistryTimeouts? timeouts = null, Func<string, Credential?>? credentials = null)
    {
        using Registries registries = new(credentials ?? (_ => null), timeouts ?? Fast);
        return await new ImagePuller(Store, registries).PullAsync(ImageReference.Parse(reference), scope, progress ?? Silent.Instance, TestContext.Current.CancellationToken);
    }

    internal async Task<PushResult> PushAsync(string reference)
    {
        using Registries registries = new(_ => null, Fast);
        return await new ImagePusher(Store, registries).PushAsync(ImageReference.Parse(reference), Silent.Instance, TestContext.Current.CancellationToken);
    }

    /// <summary>An image of these layers, lowest first, brought in by an archive; step i of its history is <c>RUN i</c>.</summary>
    internal Image Load(params byte[][] layers)
    {
        string diffs = string.Join(',', layers.Select(layer => $"\"{Digest.Sha256(layer)}\"")), files = string.Join(',', layers.Select((_, i) => $"\"{i}.tar\""));
        string history = string.Join(',', layers.Select((_, i) => $$"""{"created_by":"RUN {{i}}"}"""));
        byte[] config = Encoding.UTF8.GetBytes($$"""{"architecture":"{{Platform.Host.Architecture}}","os":"linux","rootfs":{"type":"layers","diff_ids":[{{diffs}}]},"history":[{{history}}]}""");
        byte[] manifest = Encoding.UTF8.GetBytes($$"""[{"Config":"c.json","Layers":[{{files}}]}]""");
        byte[] archive = TestTar.Of([("manifest.json", manifest), ("c.json", config), .. layers.Select((layer, i) => ($"{i}.tar", layer))]);
        return new ImageLoader(Store).LoadAsync(new MemoryStream(archive), new LoadOptions(), Silent.Instance, TestContext.Current.CancellationToken).GetAwaiter().GetResult()[0].Image;
    }

    internal static RegistryTimeouts Fast { get; } = new() { Progress = TimeSpan.FromSeconds(20), Retry = TimeSpan.FromMilliseconds(10) };

    /// <summary>Everything that lies in the folders where content and unfinished work go.</summary>
    internal IReadOnlyList<string> Files() =>
        [.. new[] { Root.Staging, Root.Layers, Path.Combine(Root.Blobs, "sha256"), Path.Combine(Root.Blobs, "partial") }.Where(Directory.Exists).SelectMany(Directory.GetFileSystemEntries)];

    internal void AssertNothingWrong() => Assert.Empty(Store.Check(CheckMode.Report));

    internal void AssertClean()
    {
        Assert.Empty(Store.Check(CheckMode.Report));
        Assert.Empty(Directory.GetFileSystemEntries(Root.Staging));
    }

    internal void AssertEmpty()
    {
        Assert.Empty(Files());
        Assert.Empty(Store.List());
    }

    public void Dispose()
    {
        _database.Dispose();
        if (_owned)
        {
            Trees.Remove(null, _folder); // names need not be UTF-8
        }
    }
}
