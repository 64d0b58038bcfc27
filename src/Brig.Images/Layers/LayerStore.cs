using System.Text;
using System.Text.Json;
using Brig.Images.Layers.Packing;
using Brig.Linux;
using Brig.Oci;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Layers;

/// <summary>
/// The unpacked layers of a state root: <c>layers/HEX/fs</c> holds the tree in overlayfs form (whiteouts as 0:0 devices,
/// opaque directories as <c>trusted.overlay.opaque</c>), <c>layers/HEX/layer.json</c> what is known of it.
/// A layer is there whole or not at all. Safe to call from several threads and processes.
/// </summary>
public sealed class LayerStore(StateRoot root)
{
    private const string Tree = "fs";
    private const string Record = "layer.json";

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
    /// Called at most once, from another thread, and only where a hard link's target is not in this layer: the directories of the layers
    /// below, topmost first. May block until they are there.
    /// </param>
    /// <returns>The layer; the store's own where another was faster.</returns>
    /// <exception cref="BrigException">The archive is damaged, leads outside its root, or has another digest than expected.</exception>
    public Layer Ingest(Stream tar, DiffId? expected, Func<IReadOnlyList<string>> lowers, CancellationToken token)
    {
        using Staging staging = Staging.Create(root);
        Files.MakeNewDirectory(staging.Handle, Tree);
        using SafeFileHandle tree = Files.OpenAt(staging.Handle, Tree, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW);
        Files.ChangeMode(tree, 0x1ED);
        (DiffId id, LayerRecord record) = new LayerIntake(tar, tree, lowers, token).Run();
        return expected is { } wanted && wanted != id
            ? throw BrigException.Invalid($"layer {wanted.Digest.Short}: its content has the diff ID {id}, expected {wanted}")
            : Commit(staging, id, record);
    }

    /// <summary>Makes a layer of an overlay's upper directory, which nobody may use any more. The directory moves into the store.</summary>
    /// <param name="upperDirectory">On the store's file system.</param>
    /// <exception cref="BrigException">It holds what an archive cannot: the directory stays as it is.</exception>
    public Layer Adopt(string upperDirectory, CancellationToken token)
    {
        DiffId id;
        LayerRecord record;
        using (SafeFileHandle upper = Files.Open(upperDirectory, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW))
        {
            (id, record) = LayerPacker.Digest(upper, token);
        }

        using Staging staging = Staging.Create(root);
        Files.Rename(null, upperDirectory, staging.Handle, Tree);
        return Commit(staging, id, record);
    }

    /// <summary>
    /// Writes a layer as an archive, the same bytes for the same tree everywhere. For a layer made by <see cref="Adopt"/> they have its
    /// diff ID; one that came as an archive is written anew and may get another.
    /// </summary>
    public void WriteTar(DiffId id, Stream output, CancellationToken token)
    {
        using SafeFileHandle tree = Files.TryOpenAt(null, PathOf(id), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW, 0, out Errno errno)
            ?? throw (errno == Errno.ENOENT ? BrigException.NotFound($"no such layer: {id}") : new LinuxException("open", PathOf(id), errno));
        new LayerPacker(output, token).Run(tree);
    }

    /// <summary>Writes any tree that is seen through a mount as an archive, by the rules of <see cref="WriteTar"/>.</summary>
    public static void WriteTree(SafeFileHandle tree, Stream output, CancellationToken token) => new LayerPacker(output, token).Run(tree);

    /// <summary>Removes a layer; one that is not there is fine. Nothing may use it as a lower directory any more.</summary>
    public void Remove(DiffId id) => Staging.Remove(root, root.Layers, id.Digest.Hex);

    /// <summary>Removes what died while it was being made, of layers and of everything else in <c>staging/</c>. Gives the number of entries.</summary>
    public int Reclaim() => Staging.Reclaim(root);

    private Layer Commit(Staging staging, DiffId id, LayerRecord record)
    {
        using (SafeFileHandle file = Files.OpenAt(staging.Handle, Record, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW, 0x180))
        {
            Files.WriteAll(file, JsonSerializer.SerializeToUtf8Bytes(record, LayerJson.Default.LayerRecord));
        }

        return staging.TryCommit(Place(id)) ? new Layer(id, record.Size) : Find(id) ?? throw Damaged(id, null);
    }

    private string Place(DiffId id) => Path.Combine(root.Layers, id.Digest.Hex);

    private static BrigException Damaged(DiffId id, Exception? cause) => new(ErrorKind.Internal, $"layer {id.Digest.Short}: its {Record} is damaged", cause);
}
