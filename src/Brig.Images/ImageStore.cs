using System.Buffers;
using Brig.Images.Bundles;
using Brig.Images.Content;
using Brig.Images.Indexes;
using Brig.Images.Layers;
using Brig.Images.ManifestLists;
using Brig.Images.Usage;
using Brig.Oci;
using Brig.Oci.Images;
using Brig.State;

namespace Brig.Images;

/// <summary>
/// The images of a state root: their configurations, names, manifests and users. A layer or blob is there for as long as
/// an image that is named or used has it, or a <see cref="ContentLease"/> holds it. Safe to call from several threads and processes.
/// </summary>
public sealed class ImageStore
{
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdef");

    private readonly Database _database;
    private readonly TimeProvider _time;

    public ImageStore(StateRoot root, Database database, LayerStore layers, TimeProvider time)
    {
        (_database, _time, Layers) = (database, time, layers);
        Table = new ImageTable(database, time);
        Indexes = new IndexTable(database);
        Lists = new ManifestListTable(database);
        Blobs = new BlobStore(root, database);
        Garbage = new Garbage(root, database, Table, layers, Blobs, time);
        Root = root;
    }

    public LayerStore Layers { get; }

    /// <summary>What a name without a registry may mean beside Docker's own reading of it.</summary>
    public Func<string, IReadOnlyList<ImageReference>> OtherNames { get; init; } = _ => [];

    internal StateRoot Root { get; }

    internal ImageTable Table { get; }

    internal IndexTable Indexes { get; }

    internal ManifestListTable Lists { get; }

    internal BlobStore Blobs { get; }

    internal Garbage Garbage { get; }

    /// <summary>The image that a reference (<c>debian</c>), an ID (<c>sha256:…</c>) or the beginning of one names; null where there is none. Throws where several IDs begin so.</summary>
    public Image? Find(string nameOrId)
    {
        if (FullId(nameOrId) is { } id)
        {
            return Table.ById(id) is { IsHidden: false } image ? image : null;
        }

        return (ImageReference.TryParse(nameOrId, out ImageReference? reference) ? Find(reference) : null) ?? ByPrefix(nameOrId)
            ?? (reference is null ? null : OtherNames(nameOrId).Select(Find).FirstOrDefault(image => image is not null));
    }

    /// <summary>The image that a reference names; without a tag it is <c>latest</c>.</summary>
    public Image? Find(ImageReference reference)
    {
        reference = reference.WithDefaultTag();
        return reference.Digest is { } digest ? Table.ByDigest(reference.Name, digest) : Table.ByTag(ImageTable.Key(reference));
    }

    /// <summary>The image with this ID, hidden ones too.</summary>
    public Image? Find(Digest id) => Table.ById(id);

    /// <summary>The index that a name means as a whole, where images for several platforms were pulled, loaded or built together; null where it means one image.</summary>
    public StoredIndex? FindIndex(string name) => ImageReference.TryParse(name, out ImageReference? reference) ? FindIndex(reference) : null;

    /// <summary>The index that a name means as a whole.</summary>
    public StoredIndex? FindIndex(ImageReference reference) => Indexes.ByName(ImageTable.Key(reference.WithDefaultTag()));

    /// <summary>What an index names, with the images and artifacts that are here.</summary>
    public IReadOnlyList<IndexMember> MembersOf(StoredIndex index) =>
        [.. index.Manifests.Select(manifest => new IndexMember(manifest, Table.ByManifest(manifest.Digest) is { } image && Table.Users(image.Id).Contains(index.User) ? image : null))];

    /// <summary>What a registry knows the image by: its index where the name means that, else its manifest; null where it was at none yet.</summary>
    public Descriptor? DescriptorOf(Image image)
    {
        if (image.Tags.Concat(image.Digests).Select(FindIndex).FirstOrDefault(index => index is not null) is { } index)
        {
            return new Descriptor { MediaType = index.MediaType, Digest = index.Digest, Size = index.Content.Length };
        }

        return Table.Manifests(image.Id) is [.., var manifest] ? new Descriptor { MediaType = manifest.MediaType, Digest = manifest.Digest, Size = manifest.Content.Length, Platform = image.Platform } : null;
    }

    /// <summary>An index with all that is here of it, as it came.</summary>
    internal ImageBundle Open(StoredIndex index) => new StoredBundle(this).Open(index);

    /// <summary>An artifact with its blobs, as it came.</summary>
    internal ImageBundle OpenArtifact(Image artifact) => new StoredBundle(this).Open(artifact);

    /// <summary>The image of a name that is for a platform; of several in an index the best. Null where there is none.</summary>
    public Image? Find(string nameOrId, Platform platform)
    {
        if (FindIndex(nameOrId) is { } index)
        {
            ImageIndex here = new() { SchemaVersion = 2, Manifests = [.. MembersOf(index).Where(member => member.Image is not null).Select(member => member.Descriptor)] };
            return PlatformChoice.Choose(here, platform) is { } chosen ? Table.ByManifest(chosen.Digest) : null;
        }

        return Find(nameOrId) is { Platform: { } own } image && PlatformChoice.Fits(own, platform) ? image : null;
    }

    /// <summary>As <see cref="Find(string)"/>; throws NotFound in Docker's words.</summary>
    public Image Get(string nameOrId) => Find(nameOrId) ?? throw NotFound(nameOrId);

    /// <summary>All images but the hidden ones, the latest made first.</summary>
    public IReadOnlyList<Image> List() => Table.All();

    /// <summary>
    /// Stores an image whose layers are all in the store, and gives it the tag if one is given (taken from the image that had it,
    /// which stays, without that name). To be called under the lease that was taken before the layers were made.
    /// </summary>
    public Image Add(ReadOnlyMemory<byte> config, ImageReference? tag = null) => Add(config, id =>
    {
        Table.Show(id);
        if (tag is not null)
        {
            Table.SetTag(ImageTable.Key(tag.WithDefaultTag()), id);
        }
    });

    /// <summary>Stores an image for one user alone (<c>cache:KEY</c>): no list shows it, and it goes with its last use.</summary>
    public Image AddFor(string user, ReadOnlyMemory<byte> config) => Add(config, id => Table.AddUse(user, id));

    /// <summary>Gives what a name or ID means another name: an index as a whole, else the image.</summary>
    public void Tag(string nameOrId, ImageReference reference)
    {
        Image image = Get(nameOrId);
        StoredIndex? index = ImageStore.IsIdOf(nameOrId, image) ? null : FindIndex(nameOrId);
        _database.Transaction(() =>
        {
            Tag(image.Id, reference);
            if (index is not null && Indexes.ByDigest(index.Digest) is not null)
            {
                Indexes.SetName(reference.WithDefaultTag(), index.Digest);
            }
        });
    }

    /// <summary>Stores an image for a lease: no list shows it, and it goes when the lease is disposed or its process dies.</summary>
    public Image AddFor(ContentLease lease, ReadOnlyMemory<byte> config) => AddFor(lease.User, config);

    /// <summary>Gives an image a name; the image that had it keeps its other ones. A hidden image is shown again.</summary>
    public void Tag(Digest id, ImageReference reference)
    {
        if (reference.Digest is not null)
        {
            throw BrigException.Invalid("refusing to create a tag with a digest reference");
        }

        Change(() =>
        {
            _ = Table.ById(id) ?? throw NotFound(id.ToString());
            Table.Show(id);
            Table.SetTag(ImageTable.Key(reference.WithDefaultTag()), id);
            return id;
        });
    }

    /// <summary>Removes a name or an image by Docker's rules; gives what to tell, in order. Throws Conflict in Docker's words.</summary>
    public IReadOnlyList<RemovedItem> Remove(string nameOrId, RemovalOptions options) => Garbage.Remove<IReadOnlyList<RemovedItem>>(() => new ImageRemoval(this, options).Run(nameOrId));

    /// <summary>Takes images out of an index that is here; what its names mean here stays.</summary>
    public IReadOnlyList<RemovedItem> RemoveFrom(StoredIndex index, IReadOnlyList<Image> images)
    {
        if (images.FirstOrDefault(image => !image.IsHidden) is { } shown)
        {
            throw BrigException.Conflict($"conflict: unable to remove {shown.Platform} - {(shown.Tags is [var tag, ..] ? tag.Familiar : shown.Id.Short)} means it here (remove the name)");
        }

        return Garbage.Remove<IReadOnlyList<RemovedItem>>(() =>
        {
            List<RemovedItem> items = [];
            List<Digest> content = [];
            foreach (Image image in images)
            {
                Table.EndUse(index.User, image.Id);
                items.Add(new RemovedItem(null, image.Id.Value));
                if (Table.Users(image.Id).Count == 0)
                {
                    content.AddRange(Table.ContentOf(image));
                    Table.Delete(image.Id);
                }
            }

            return (items, content);
        });
    }

    /// <summary>
    /// Removes every image that nobody uses and that has no tag (or, with <see cref="PruneScope.Unused"/>, whatever its tags), where
    /// <paramref name="only"/> agrees, and what pulls that did not end have left.
    /// </summary>
    public PruneResult Prune(PruneScope scope, Func<Image, bool>? only = null)
    {
        long before = Left();
        Garbage.Sweep();
        List<RemovedItem> items = [];
        Dictionary<Digest, long> sizes;
        using (ContentLease lease = Lease())
        {
            List<Digest> content = _database.Transaction(() =>
            {
                List<Digest> content = [];
                foreach (Image image in Table.All().Where(image => (scope == PruneScope.Unused || image.Tags.Count == 0) && !Table.Users(image.Id).Exists(user => !IndexTable.IsIndex(user)) && only?.Invoke(image) != false))
                {
                    content.AddRange(new ImageRemoval(this, new RemovalOptions { Force = true }).Delete(image, items));
                }

                lease.Hold([.. content, .. Garbage.Kept.ForgetAll()]);
                return content;
            });
            sizes = content.Distinct().ToDictionary(layer => layer, layer => Layers.DiskUsageOf(new DiffId(layer)) + Blobs.DiskUsageOf(new DiffId(layer)) + Blobs.DiskUsageOf(layer));
        }

        Layers.Reclaim();
        return new PruneResult(items, sizes.Where(layer => Layers.Find(new DiffId(layer.Key)) is null && Blobs.DiskUsageOf(layer.Key) == 0).Sum(layer => layer.Value) + Math.Max(0, before - Left()));

        long Left() => Unfinished().Sum(item => item.Size);
    }

    /// <summary>What lies in the store's folders and is no image's.</summary>
    public IReadOnlyList<UnfinishedItem> Unfinished() => new UnfinishedWork(this).Find();

    /// <summary>Records that a user (<c>container:ID</c>, <c>cache:KEY</c>) needs the image. Throws NotFound where it is gone.</summary>
    public void Use(string user, Digest image) => _database.Transaction(() =>
    {
        _ = Table.ById(image) ?? throw NotFound(image.ToString());
        Table.AddUse(user, image);
    });

    /// <summary>Ends all uses of a user. A hidden image that nobody uses any more goes with its layers.</summary>
    public void Release(string user) => Garbage.Remove<string>(() => (user, EndUses(user)));

    /// <summary>The image's layer directories, topmost first, each once: what overlayfs takes as lower directories.</summary>
    public IReadOnlyList<string> LowersOf(Image image) => DirectoriesOf(image.Layers);

    /// <summary>The directories of layers that are given lowest first, topmost first and each once.</summary>
    public IReadOnlyList<string> DirectoriesOf(IReadOnlyList<DiffId> lowestFirst) => LayerStack.Directories(Layers, lowestFirst);

    /// <summary>Bytes of the image as a registry has it: its configuration and the blobs that are here, a layer without one by its unpacked size.</summary>
    public long ContentSizeOf(Image image) =>
        image.ConfigBytes.Length + (image.ArtifactType is null ? 0 : image.Size) + image.Layers.Distinct().Sum(layer => Blobs.Of(layer) is [LayerBlob smallest, ..] ? smallest.Size : Layers.Find(layer)?.Size ?? 0);

    /// <summary>Whether a container was made of the image.</summary>
    public bool IsInContainer(Image image) => Table.Users(image.Id).Exists(user => user.StartsWith("container:", StringComparison.Ordinal));

    /// <summary>The steps of the image's making, the latest first.</summary>
    public IReadOnlyList<HistoryEntry> HistoryOf(Image image) => HistoryEntry.Of(image, layer => Layers.Find(layer)?.Size ?? 0);

    /// <summary>
    /// Takes a lease: what it holds stays until it is disposed or the process dies. Whoever makes layers takes one before the first,
    /// and keeps it until the image is added.
    /// </summary>
    public ContentLease Lease() => ContentLease.Take(Root, _database, Garbage);

    /// <summary>Takes back what killed processes left: their leases with what was kept for those alone, and what they had in <c>staging/</c>.</summary>
    public void Reclaim()
    {
        Garbage.Sweep();
        Layers.Reclaim();
    }

    /// <summary>Looks whether every image is whole and nothing is left over; with <see cref="CheckMode.Repair"/> removes what is left over.</summary>
    public IReadOnlyList<CheckFinding> Check(CheckMode mode, CheckDepth depth = CheckDepth.Full) => new StoreCheck(this, _database, depth).Run(mode);

    internal static BrigException NotFound(string nameOrId) => BrigException.NotFound(
        $"No such image: {(FullId(nameOrId) is null && ImageReference.TryParse(nameOrId, out ImageReference? reference) ? reference.WithDefaultTag().Familiar : Text.Quote(nameOrId))}");

    /// <summary>Whether the text is an ID or the beginning of the image's.</summary>
    internal static bool IsIdOf(string nameOrId, Image image) =>
        image.Id.Value.StartsWith(nameOrId, StringComparison.Ordinal) || image.Id.Hex.StartsWith(nameOrId, StringComparison.Ordinal);

    /// <summary>Does what belongs together in one transaction, and takes back what it leaves without a use.</summary>
    internal T Change<T>(Func<T> work) => Garbage.Remove<T>(() => (work(), EndIndexes()));

    /// <summary>Removes indexes without a name, and the images that only they had; gives what may be unused now. To be called in a transaction.</summary>
    internal IReadOnlyList<Digest> EndIndexes() => [.. Indexes.EndNameless().SelectMany(EndUses)];

    /// <summary>Stores an artifact whose blobs are all in the store, hidden where it is new. To be called in a transaction.</summary>
    internal Image AddArtifact(StoredManifest stored)
    {
        ImageManifest manifest = ImageDocuments.ParseManifest(stored.Content.Span);
        Descriptor[] blobs = [.. manifest.Layers.Prepend(manifest.Config).DistinctBy(blob => blob.Digest)];
        if (Array.Find(blobs, blob => !Blobs.IsThere(blob.Digest, blob.Size)) is { } missing)
        {
            throw new BrigException(ErrorKind.Internal, $"add artifact {stored.Digest.Short}: blob {missing.Digest.Short} is not in the store");
        }

        string? made = manifest.Annotations?.GetValueOrDefault("org.opencontainers.image.created");
        Table.InsertArtifact(stored, manifest.KindOfArtifact, blobs, DateTimeOffset.TryParse(made, System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset time) ? time : null);
        Table.SetManifest(stored.Digest, stored.MediaType, stored.Content, stored.Digest);
        return Table.ById(stored.Digest)!;
    }

    /// <summary>Stores an index whose images are in the store, under a name; the first image that is given has that name too. To be called in a transaction.</summary>
    internal void SetIndex(StoredIndex index, ImageReference name, IReadOnlyList<Digest> images)
    {
        Indexes.Set(index);
        foreach (Digest image in images)
        {
            Table.AddUse(index.User, image);
        }

        Table.Show(images[0]);
        if (name.Digest is null)
        {
            Table.SetTag(ImageTable.Key(name), images[0]);
        }
        else
        {
            Table.SetDigest(name.Name, name.Digest.Value, images[0]);
        }

        Indexes.SetName(name, index.Digest);
    }

    private List<Digest> EndUses(string user)
    {
        List<Digest> content = [];
        foreach (Digest image in Table.EndUses(user))
        {
            content.AddRange(Table.ContentOf(Table.ById(image)!));
            Table.Delete(image);
        }

        return content;
    }

    /// <summary>Runs what a pull, push or load has to record in one transaction with the image itself.</summary>
    internal Image Add(ReadOnlyMemory<byte> content, Action<Digest> record)
    {
        ImageConfig config = ImageDocuments.ParseConfig(content.Span);
        Digest id = Digest.Sha256(content.Span);
        return Change(() =>
        {
            long size = 0;
            foreach (DiffId layer in config.RootFs.DiffIds)
            {
                size += Layers.Find(layer)?.Size ?? throw new BrigException(ErrorKind.Internal, $"add image {id.Short}: layer {layer.Digest.Short} is not in the store");
            }

            Table.Insert(id, content, config, size, _time.GetUtcNow());
            record(id);
            return Table.ById(id)!;
        });
    }

    private Image? ByPrefix(string text)
    {
        string hex = text.StartsWith("sha256:", StringComparison.Ordinal) ? text[7..] : text;
        if (hex.Length is 0 or > 64 || hex.AsSpan().ContainsAnyExcept(s_hexDigits))
        {
            return null;
        }

        return Table.ByPrefix(hex) switch
        {
            [] => null,
            [Image image] => image,
            _ => throw BrigException.Invalid($"image ID {text} is ambiguous: several images' IDs begin so (give more digits)"),
        };
    }

    private static Digest? FullId(string text) =>
        Digest.TryParse(text, out Digest id) || (text.Length == 64 && Digest.TryParse("sha256:" + text, out id)) ? id : null;
}
