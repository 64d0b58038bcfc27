using System.Text;
using Brig.Linux;
using Brig.Oci;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Content;

/// <summary>
/// Blobs of layers, digest-exact, in <c>blobs/sha256/HEX</c>, and which diff ID each unpacks to. A blob has no name until
/// its digest is known to be right: what is being written is an unnamed file, which a crash leaves no trace of.
/// </summary>
internal sealed class BlobStore(StateRoot root, Database database)
{
    private string Folder => Path.Combine(root.Blobs, "sha256");

    internal PartialBlobs Partial { get; } = new(root);

    /// <summary>A file that a download writes to: the one that an earlier pull left, or a new one, which stays if this pull does not end.</summary>
    internal GrowingFile Receive(Digest digest, long size) => Partial.TryTake(digest, size) is { } partial
        ? GrowingFile.Partial(partial)
        : new GrowingFile(Create());

    /// <summary>Gives a received blob that has proved right its name.</summary>
    internal void Accept(GrowingFile file, Digest digest)
    {
        if (file.IsNamed)
        {
            Partial.Finish(digest, PathOf(digest));
        }
        else
        {
            Name(file.Handle, digest);
        }
    }

    /// <summary>A new file without a name, to write a blob to.</summary>
    internal SafeFileHandle Create() => UnnamedFiles.Create(Folder);

    /// <summary>Gives a written file its name. One that is there already is the same.</summary>
    internal void Name(SafeFileHandle file, Digest digest) => UnnamedFiles.Link(file, PathOf(digest));

    /// <summary>Null where it is not there with that size.</summary>
    internal SafeFileHandle? TryOpen(Digest digest, long size)
    {
        SafeFileHandle? file = Files.TryOpenAt(null, PathOf(digest), OpenFlags.O_RDONLY, 0, out _);
        if (file is null || Files.Stat(file).Size == size)
        {
            return file;
        }

        file.Dispose();
        Files.Unlink(null, PathOf(digest));
        return null;
    }

    internal void Record(LayerBlob blob) =>
        database.Execute("INSERT INTO layer_blobs (digest, diff_id, size, media_type) VALUES ($digest, $diff, $size, $type) ON CONFLICT DO UPDATE SET diff_id = $diff, size = $size, media_type = $type",
            ("$digest", blob.Digest.Value), ("$diff", blob.DiffId.ToString()), ("$size", blob.Size), ("$type", blob.MediaType));

    internal LayerBlob? Find(Digest digest) => Query("WHERE digest = $key", ("$key", digest.Value)).Find(IsThere);

    /// <summary>The layer's blobs whose files are there.</summary>
    internal List<LayerBlob> Of(DiffId layer) => Query("WHERE diff_id = $key", ("$key", layer.ToString())).FindAll(IsThere);

    internal List<LayerBlob> Recorded() => Query("");

    internal bool IsThere(LayerBlob blob) => IsThere(blob.Digest, blob.Size);

    internal bool IsThere(Digest blob, long size) => Files.TryStat(null, PathOf(blob)) is { } status && status.Size == size;

    /// <summary>Bytes that the layer's blobs take on the disk.</summary>
    internal long DiskUsageOf(DiffId layer) => Of(layer).Sum(blob => DiskUsageOf(blob.Digest));

    /// <summary>Bytes that a blob takes on the disk; 0 where it is not there (any more).</summary>
    internal long DiskUsageOf(Digest blob) => (Files.TryStat(null, PathOf(blob))?.Blocks ?? 0) * 512;

    /// <summary>From here on the file is nobody's.</summary>
    internal void Forget(Digest digest) => database.Execute("DELETE FROM layer_blobs WHERE digest = $digest", ("$digest", digest.Value));

    internal void Remove(Digest digest)
    {
        Forget(digest);
        Files.Unlink(null, PathOf(digest));
        Partial.Remove(digest);
    }

    /// <summary>The blobs in the folder, recorded or not.</summary>
    internal List<Digest> OnDisk()
    {
        using SafeFileHandle folder = Files.Open(Folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        return [.. Trees.Entries(folder)
            .Select(name => Digest.TryParse("sha256:" + Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1)), out Digest digest) ? digest : default)
            .Where(digest => !digest.IsEmpty)];
    }

    private List<LayerBlob> Query(string where, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        database.Query($"SELECT digest, diff_id, size, media_type FROM layer_blobs {where} ORDER BY size",
            row => new LayerBlob(Digest.Parse(row.GetString(0)), DiffId.Parse(row.GetString(1)), row.GetInt64(2), row.GetString(3)), parameters);

    private string PathOf(Digest digest) => digest.Algorithm == "sha256" ? Path.Combine(Folder, digest.Hex) : throw BrigException.Unsupported($"digest algorithm {digest.Algorithm}");
}
