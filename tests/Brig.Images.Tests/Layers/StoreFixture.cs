using System.Globalization;
using Brig.Images.Layers;
using Brig.Linux;
using Brig.Oci;
using Brig.State;

namespace Brig.Images.Tests.Layers;

/// <summary>A layer store in a folder of its own.</summary>
internal sealed class StoreFixture : IDisposable
{
    /// <param name="below">Where the folder is made; null for the usual place of temporary files.</param>
    internal StoreFixture(string? below = null)
    {
        Folder = below is null ? Directory.CreateTempSubdirectory("brig-layers-").FullName : Directory.CreateDirectory(Path.Combine(below, $"brig-layers-{Guid.NewGuid():N}")).FullName;
        Root = new StateRoot(Path.Combine(Folder, "root"), Path.Combine(Folder, "run"));
        Root.Create();
        Store = new LayerStore(Root);
    }

    internal string Folder { get; }

    internal StateRoot Root { get; }

    internal LayerStore Store { get; }

    internal string Staged => string.Join(' ', Directory.GetFileSystemEntries(Root.Staging));

    /// <summary>A fresh directory for a test's own files.</summary>
    internal string Make(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;

    internal Layer Ingest(byte[] tar, params DiffId[] lowers) =>
        Store.Ingest(new MemoryStream(tar), null, () => [.. lowers.Select(Store.PathOf)], TestContext.Current.CancellationToken);

    internal Layer IngestFile(string path)
    {
        using FileStream tar = File.OpenRead(path);
        return Store.Ingest(tar, null, () => throw new InvalidOperationException("no layer below is needed"), TestContext.Current.CancellationToken);
    }

    internal byte[] Tar(DiffId id)
    {
        using MemoryStream tar = new();
        Store.WriteTar(id, tar, TestContext.Current.CancellationToken);
        return tar.ToArray();
    }

    internal string At(Layer layer, string path) => Path.Combine(Store.PathOf(layer.DiffId), path);

    /// <summary>What stat(1) and getfattr(1) know of everything below a directory, one line a name, without what two copies must differ in.</summary>
    internal static string Describe(string directory) =>
        Shell.Run("find . -printf '%P|%y|%m|%U:%G|%T@|%l|' \\( -type b -o -type c \\) -exec stat -c '%t:%T|' {} \\; -o -type f -printf '%n|%s|' -exec sha256sum {} \\; -o -printf '\\n' | sort; getfattr -Rhd -m '^(security|user|trusted)' . 2>/dev/null", directory);

    internal static uint Octal(string text) => Convert.ToUInt32(text, 8);

    internal static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public void Dispose() => Trees.Remove(null, Folder);
}
