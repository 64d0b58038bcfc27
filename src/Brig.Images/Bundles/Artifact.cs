using Brig.Images.Content;
using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Bundles;

/// <summary>A manifest with its configuration, whose layers are fetched one by one.</summary>
public sealed class Artifact
{
    private readonly ImageStore _store;
    private readonly ImageManifest _manifest;
    private readonly RepositoryClient? _repository;
    private readonly string? _folder;

    internal Artifact(ImageStore store, ImageManifest manifest, byte[] config, RepositoryClient? repository, string? folder) =>
        (_store, _manifest, Config, _repository, _folder) = (store, manifest, config, repository, folder);

    /// <summary>The type of <see cref="Config"/>.</summary>
    public string ConfigType => _manifest.Config.MediaType;

    public ReadOnlyMemory<byte> Config { get; }

    public int LayerCount => _manifest.Layers.Count;

    /// <summary>Brings a layer into the store under a lease; it must have the diff ID.</summary>
    public async Task FetchAsync(int index, DiffId layer, ContentLease lease, IProgress<TransferProgress> progress, CancellationToken token)
    {
        Descriptor blob = _manifest.Layers[index];
        lease.Hold([layer.Digest, blob.Digest]);
        if (_store.Layers.Find(layer) is not null)
        {
            return;
        }

        if (_repository is not null)
        {
            using LayerTransfers transfers = new(_store, _repository, [layer], [blob], progress);
            foreach (LayerBlob fetched in await transfers.RunAsync(token))
            {
                _store.Blobs.Record(fetched);
            }

            return;
        }

        string path = Path.Combine(_folder!, "blobs", "sha256", blob.Digest.Hex);
        await Task.Run(() => Ingest(path, layer, token), token);
    }

    private void Ingest(string path, DiffId layer, CancellationToken token)
    {
        using SafeFileHandle file = Files.Open(path, OpenFlags.O_RDONLY);
        using FileStream stream = new(file, FileAccess.Read, 128 << 10);
        using Stream content = Compression.Open(stream);
        _store.Layers.Ingest(content, layer, () => [], token);
    }
}
