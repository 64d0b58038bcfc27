using Brig.Images.Indexes;

namespace Brig.Images.Usage;

/// <summary>
/// What a store takes on the disk. Each layer counts once: with what is unfinished the layers' sizes add up to what du(1) says of the entries of
/// <c>layers</c>, <c>blobs</c> and <c>staging</c>.
/// </summary>
public sealed record StoreUsage(IReadOnlyList<ImageUsage> Images, IReadOnlyList<LayerUsage> Layers, int CacheEntries)
{
    private const string Container = "container:";

    /// <summary>Bytes of the layers that images in the list have, with those of the other platforms under their names, and of artifacts.</summary>
    public long ImagesSize { get; private init; }

    /// <summary>Whether an image is in the list, itself or under the name of an index.</summary>
    public bool IsListed(Image image) => !image.IsHidden || Members.Contains(image.Id);

    private HashSet<Oci.Digest> Members { get; init; } = [];

    /// <summary>Bytes that removing all images without a container would give back.</summary>
    public long ImagesReclaimable { get; private init; }

    /// <summary>Bytes of the layers that no image in the list has: those of the build cache, and of removed images that containers still use.</summary>
    public long CacheSize { get; private init; }

    /// <summary>Bytes that removing the build cache would give back.</summary>
    public long CacheReclaimable { get; private init; }

    /// <summary>What is in the making, or was left of what did not end.</summary>
    public IReadOnlyList<UnfinishedItem> Unfinished { get; private init; } = [];

    /// <summary>Counts what the store has at this moment.</summary>
    public static StoreUsage Of(ImageStore store)
    {
        List<Image> shown = [.. store.List()];
        List<Image> all = [.. shown, .. store.Table.AllHidden()];
        Dictionary<Oci.Digest, List<string>> users = all.ToDictionary(image => image.Id, image => store.Table.Users(image.Id));
        List<LayerUsage> layers = [.. all.SelectMany(image => image.Layers.Distinct(), (image, layer) => (image, layer)).GroupBy(pair => pair.layer, pair => pair.image)
            .Select(group => new LayerUsage(group.Key, store.Layers.DiskUsageOf(group.Key), store.Blobs.DiskUsageOf(group.Key), [.. group]))];
        HashSet<Oci.Digest> listed = [.. all.Where(image => !image.IsHidden || users[image.Id].Exists(IndexTable.IsIndex)).Select(image => image.Id)];
        Dictionary<Oci.Digest, long> artifacts = store.Table.ArtifactBlobs().GroupBy(blob => blob.Image).ToDictionary(blobs => blobs.Key, blobs => blobs.Sum(blob => store.Blobs.DiskUsageOf(blob.Blob)));
        long artifactsSize = store.Table.ArtifactBlobs().Select(blob => blob.Blob).Distinct().Sum(store.Blobs.DiskUsageOf);
        Dictionary<Oci.DiffId, LayerUsage> byId = layers.ToDictionary(layer => layer.DiffId);
        return new StoreUsage(
            [.. shown.Select(image => image.ArtifactType is null ? Of(image, byId, users[image.Id].Count(IsContainer)) : new ImageUsage(image, artifacts.GetValueOrDefault(image.Id), 0, 0))],
            [.. layers.OrderByDescending(layer => layer.Size)],
            users.Values.Sum(names => names.Count(name => name.StartsWith("cache:", StringComparison.Ordinal))))
        {
            Members = listed,
            ImagesSize = layers.Where(layer => layer.Images.Any(image => listed.Contains(image.Id))).Sum(layer => layer.Size) + artifactsSize,
            ImagesReclaimable = layers.Where(layer => layer.Images.All(image => listed.Contains(image.Id) && users[image.Id].TrueForAll(IndexTable.IsIndex))).Sum(layer => layer.Size) + artifactsSize,
            CacheSize = layers.Where(layer => !layer.Images.Any(image => listed.Contains(image.Id))).Sum(layer => layer.Size),
            Unfinished = store.Unfinished(),
            CacheReclaimable = layers.Where(layer => layer.Images.All(image => !listed.Contains(image.Id) && !users[image.Id].Exists(IsContainer))).Sum(layer => layer.Size),
        };
    }

    private static bool IsContainer(string user) => user.StartsWith(Container, StringComparison.Ordinal);

    private static ImageUsage Of(Image image, Dictionary<Oci.DiffId, LayerUsage> layers, int containers)
    {
        List<LayerUsage> own = [.. image.Layers.Distinct().Select(layer => layers[layer])];
        return new ImageUsage(image, own.Sum(layer => layer.Size), own.Where(layer => layer.Images.Count(other => !other.IsHidden) > 1).Sum(layer => layer.Size), containers);
    }
}
