using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Brig.Images.Content;
using Brig.Images.Layers.Index;
using Brig.Images.Layers.Packing;
using Brig.Linux;
using Brig.Oci;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers;

/// <summary>
/// The unpacked layers of a state root: <c>layers/HEX/fs</c> holds the tree in overlayfs form (whiteouts as 0:0 devices,
/// opaque directories as <c>trusted.overlay.opaque</c>, <c>user.*</c> in a user namespace), <c>layers/HEX/index</c> every path in it,
/// <c>layers/HEX/layer.json</c> what else is known of it.
/// A layer is there whole or not at all. Safe to call from several threads and processes.
/// </summary>
public sealed class LayerStore(StateRoot root)
{
    private const string Tree = "fs";
    private const string Record = "layer.json";
    private static readonly byte[] s_usage = "user.brig.usage\0"u8.ToArray();

    /// <summary>The directory to give overlayfs as a lower one.</summary>
    public string PathOf(DiffId id) => Path.Combine(Place(id), Tree);

    /// <summary>Null where the store does not have it.</summary>
    public Layer? Find(DiffId id)
    {
        if (Files.TryReadText(Path.Combine(Place(id), Record)) is not { } text)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(text, LayerJson.Default.LayerRecord) is { } record ? new Layer(id, record.Size) : throw Damaged(id, null);
        }
        catch (JsonException failure)
        {
            throw Damaged(id, failure);
        }
    }

    public IReadOnlyList<Layer> All()
    {
        using SafeFileHandle folder = Files.Open(root.Layers, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        return [.. Trees.Entries(folder)
            .Select(name => Digest.TryParse("sha256:" + Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1)), out Digest digest) ? Find(new DiffId(digest)) : null)
            .OfType<Layer>()];
    }

    /// <summary>
    /// Unpacks an archive into the store. Reads the stream to its end on the calling thread; a second thread writes the files.
    /// Whatever fails, nothing stays.
    /// </summary>
    /// <param name="tar">Not compressed. Stays the caller's.</param>
    /// <param name="expected">Refuses an archive of another diff ID.</param>
    /// <param name="lowers">
    /// Called from another thread, and only where a hard link's target is not in this layer or the archive does not name a directory that it
    /// has something in: the directories of the layers below, topmost first. May block until they are there.
    /// </param>
    /// <returns>The layer; the store's own where another was faster.</returns>
    /// <exception cref="BrigException">The archive is damaged, leads outside its root, or has another digest than expected.</exception>
    public Layer Ingest(Stream tar, DiffId? expected, Func<IReadOnlyList<string>> lowers, CancellationToken token)
    {
        using Staging staging = Staging.Create(root);
        (DiffId id, LayerRecord record) = Unpack(staging, tar, expected, lowers, token);
        return Commit(staging, id, record);
    }

    /// <summary>Makes a layer of an overlay's upper directory, which nobody may use any more. The directory moves into the store.</summary>
    /// <param name="upperDirectory">On the store's file system.</param>
    /// <exception cref="BrigException">It holds what an archive cannot: the directory stays as it is.</exception>
    public Layer Adopt(string upperDirectory, CancellationToken token)
    {
        using Staging staging = Staging.Create(root);
        using HashStream hash = new();
        LayerPacker packer = new(hash, PackForm.Layer, token);
        LayerRecord record;
        using (SafeFileHandle upper = Files.Open(upperDirectory, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW))
        using (SafeFileHandle index = NewFile(staging, IndexFormat.FileName))
        {
            packer.Run(upper);
            record = new LayerRecord(LayerIndex.Write(upper, index, packer.Contents, token), packer.Entries, Reproducible: true);
        }

        DiffId id = new(hash.Finish());
        Files.Rename(null, upperDirectory, staging.Handle, Tree);
        return Commit(staging, id, record);
    }

    /// <summary>
    /// Makes a layer of the upper directory of an overlay that goes on being used: its tree is copied by way of an archive, as another machine
    /// would get it. Who wants one moment of it stops the overlay's users meanwhile.
    /// </summary>
    /// <param name="isLeftOut">Which paths are none of the layer's: is given a path below the root and whether that is an empty file or directory.</param>
    public Layer Copy(SafeFileHandle upper, Func<string, bool, bool> isLeftOut, CancellationToken token)
    {
        using ThreadedStream archive = new(output => new LayerPacker(output, PackForm.Layer, token) { IsLeftOut = (path, status) => isLeftOut(path, IsEmpty(upper, path, status)) }.Run(upper));
        return Ingest(archive, null, () => [], token);
    }

    /// <summary>Writes what a directory shows, a mounted overlay for instance, as an archive.</summary>
    public static void WriteTree(SafeFileHandle root, Stream output, CancellationToken token) => new LayerPacker(output, PackForm.Plain, token).Run(root);

    private static bool IsEmpty(SafeFileHandle upper, string path, RawStatus status)
    {
        if (!status.IsDirectory)
        {
            return status is { Type: FileType.Regular, Size: 0 };
        }

        using SafeFileHandle? directory = RawFiles.TryOpenDirectory(upper, [.. Encoding.UTF8.GetBytes(path), 0], out _);
        return directory is not null && Trees.Entries(directory).Count == 0;
    }

    /// <summary>A layer's index from its beginning; made anew in memory's stead, as an unnamed file, where the layer has none.</summary>
    internal IndexReader OpenIndex(DiffId id, CancellationToken token)
    {
        if (Files.TryOpenAt(null, IndexOf(id), OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW, 0, out Errno errno) is { } there)
        {
            return new IndexReader(there);
        }

        if (errno != Errno.ENOENT)
        {
            throw new LinuxException("open", IndexOf(id), errno);
        }

        SafeFileHandle made = UnnamedFiles.Create(root.Staging);
        using SafeFileHandle tree = OpenTree(id);
        LayerIndex.Write(tree, made, new ContentSums { MayHaveAttributes = true }, token);
        RawFiles.Seek(made, 0);
        return new IndexReader(made);
    }

    /// <summary>
    /// Bytes that the layer takes on the disk, as du(1) counts its directory. Counted at the first call and kept as an attribute of that
    /// directory, which does not change any more: only once all of it is written does a file system know what it takes.
    /// </summary>
    public long DiskUsageOf(DiffId id)
    {
        using SafeFileHandle? place = Files.TryOpenAt(null, Place(id), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
        if (place is null)
        {
            return 0; // removed meanwhile
        }

        if (ExtendedAttributes.Get(place, s_usage) is { } kept && Utf8Parser.TryParse(kept, out long known, out int used) && used == kept.Length)
        {
            return known;
        }

        Files.Sync(place);
        return RecordDiskUsage(place);
    }

    /// <summary>Whether what is kept of the layer's usage, if anything is, is what it takes.</summary>
    internal bool IsDiskUsageRight(DiffId id)
    {
        using SafeFileHandle? place = Files.TryOpenAt(null, Place(id), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
        return place is null || ExtendedAttributes.Get(place, s_usage) is not { } kept
            || Encoding.ASCII.GetString(kept) == Trees.DiskUsage(place).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Counts anew what the layer takes and keeps that.</summary>
    internal void CountAgain(DiffId id)
    {
        using SafeFileHandle place = Files.Open(Place(id), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        RecordDiskUsage(place);
    }

    private static long RecordDiskUsage(SafeFileHandle place)
    {
        long bytes = Trees.DiskUsage(place);
        ExtendedAttributes.Set(place, s_usage, Encoding.ASCII.GetBytes(bytes.ToString(CultureInfo.InvariantCulture)));
        return bytes;
    }

    internal string IndexOf(DiffId id) => Path.Combine(Place(id), IndexFormat.FileName);

    internal SafeFileHandle OpenTree(DiffId id) =>
        Files.TryOpenAt(null, PathOf(id), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW, 0, out Errno errno)
            ?? throw (errno == Errno.ENOENT ? BrigException.NotFound($"no such layer: {id}") : new LinuxException("open", PathOf(id), errno));

    /// <summary>
    /// Writes a layer as an archive, the same bytes for the same tree everywhere. For a layer made by <see cref="Adopt"/> they have its
    /// diff ID; one that came as an archive is written anew and may get another.
    /// </summary>
    public void WriteTar(DiffId id, Stream output, CancellationToken token)
    {
        using SafeFileHandle tree = OpenTree(id);
        new LayerPacker(output, PackForm.Layer, token).Run(tree);
    }

    /// <summary>Unpacks a layer anew and puts it in the place of the one that is there, if one is. Containers that have the old one mounted keep it until they end.</summary>
    internal void Replace(DiffId id, Stream tar, IReadOnlyList<string> lowers, CancellationToken token)
    {
        using Staging staging = Staging.Create(root);
        LayerRecord record = Unpack(staging, tar, id, () => lowers, token).Record;
        Remove(id);
        Commit(staging, id, record);
    }

    /// <summary>Writes the index of a layer whose tree is known to be right.</summary>
    internal void WriteIndexAgain(DiffId id, CancellationToken token)
    {
        using SafeFileHandle file = UnnamedFiles.Create(Place(id));
        using SafeFileHandle tree = OpenTree(id);
        LayerIndex.Write(tree, file, new ContentSums { MayHaveAttributes = true }, token);
        Files.Unlink(null, IndexOf(id));
        UnnamedFiles.Link(file, IndexOf(id));
    }

    /// <summary>Removes a layer; one that is not there is fine. Nothing may use it as a lower directory any more.</summary>
    public void Remove(DiffId id) => Staging.Remove(root, root.Layers, id.Digest.Hex);

    /// <summary>Removes what died while it was being made, of layers and of everything else in <c>staging/</c>. Gives the number of entries.</summary>
    public int Reclaim() => Staging.Reclaim(root);

    private static (DiffId Id, LayerRecord Record) Unpack(Staging staging, Stream tar, DiffId? expected, Func<IReadOnlyList<string>> lowers, CancellationToken token)
    {
        Files.MakeNewDirectory(staging.Handle, Tree);
        using SafeFileHandle tree = Files.OpenAt(staging.Handle, Tree, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW);
        Files.ChangeMode(tree, 0x1ED);
        using SafeFileHandle index = NewFile(staging, IndexFormat.FileName);
        (DiffId id, LayerRecord record) = new LayerIntake(tar, tree, index, lowers, token).Run();
        return expected is { } wanted && wanted != id
            ? throw BrigException.Invalid($"layer {wanted.Digest.Short}: its content has the diff ID {id}, expected {wanted}")
            : (id, record);
    }

    private Layer Commit(Staging staging, DiffId id, LayerRecord record)
    {
        using (SafeFileHandle file = NewFile(staging, Record))
        {
            Files.WriteAll(file, JsonSerializer.SerializeToUtf8Bytes(record, LayerJson.Default.LayerRecord));
        }

        return staging.TryCommit(Place(id)) ? new Layer(id, record.Size) : Find(id) ?? throw Damaged(id, null);
    }

    private static SafeFileHandle NewFile(Staging staging, string name) =>
        Files.OpenAt(staging.Handle, name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW, 0x180);

    private string Place(DiffId id) => Path.Combine(root.Layers, id.Digest.Hex);

    private static BrigException Damaged(DiffId id, Exception? cause) => new(ErrorKind.Internal, $"layer {id.Digest.Short}: its {Record} is damaged", cause);
}
