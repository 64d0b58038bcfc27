using System.Text;
using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Usage;

/// <summary>Finds what lies in a store's folders and is no image's. With what the images take it adds up to what du(1) says of them.</summary>
internal sealed class UnfinishedWork(ImageStore store)
{
    private const int BlockSize = 512;

    private readonly IReadOnlySet<Digest>? _leased = store.Garbage.Leased();

    internal IReadOnlyList<UnfinishedItem> Find()
    {
        HashSet<Digest> layers = [.. store.Table.All().Concat(store.Table.AllHidden()).SelectMany(image => image.Layers).Select(layer => layer.Digest)];
        HashSet<Digest> blobs = [.. store.Blobs.Recorded().Where(blob => layers.Contains(blob.DiffId.Digest)).Select(blob => blob.Digest)];
        blobs.UnionWith(store.Table.ArtifactBlobs().Select(blob => blob.Blob));
        return
        [
            .. Staged(),
            .. store.Layers.All().Select(layer => layer.DiffId).Where(layer => !layers.Contains(layer.Digest)).Select(layer => Item(UnfinishedKind.Layer, layer.Digest, store.Layers.DiskUsageOf(layer))),
            .. store.Blobs.OnDisk().Where(blob => !blobs.Contains(blob)).Select(blob => Item(UnfinishedKind.Blob, blob, store.Blobs.DiskUsageOf(blob))),
            .. store.Blobs.Partial.OnDisk().Select(blob => Item(UnfinishedKind.Partial, blob, store.Blobs.Partial.DiskUsageOf(blob))),
        ];
    }

    /// <summary>Who makes layers cannot always say in advance which: while anybody does, what looks left over may be its.</summary>
    private UnfinishedItem Item(UnfinishedKind kind, Digest digest, long size) => new(kind, digest.Hex, size,
        _leased?.Contains(digest) == true ? UnfinishedState.Held
        : store.Garbage.Kept.Has(digest) ? UnfinishedState.Kept
        : _leased is not null ? UnfinishedState.Held
        : UnfinishedState.Abandoned);

    /// <summary>The entries of <c>staging/</c>, but for the leases, which take no room.</summary>
    private List<UnfinishedItem> Staged()
    {
        List<UnfinishedItem> items = [];
        using SafeFileHandle staging = Files.Open(store.Root.Staging, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        foreach (byte[] entry in Trees.Entries(staging))
        {
            // The lock is given back at once: a maker between its two first steps then makes another entry.
            string name = Encoding.UTF8.GetString(entry.AsSpan(0, entry.Length - 1));
            using SafeFileHandle? item = Files.TryOpenAt(staging, name, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK, 0, out _);
            if (item is not null)
            {
                FileStatus status = Files.Stat(item);
                items.Add(new UnfinishedItem(UnfinishedKind.Staging, name, status.Type == FileType.Directory ? Trees.DiskUsage(item) : status.Blocks * BlockSize, Files.TryLock(item) ? UnfinishedState.Abandoned : UnfinishedState.Held));
            }
        }

        return items;
    }
}
