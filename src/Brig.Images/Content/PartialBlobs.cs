using System.Text;
using Brig.Linux;
using Brig.Oci;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Content;

/// <summary>
/// Blobs of which only the beginning is there, <c>blobs/partial/HEX</c>. Whoever writes to one holds the lock on it; one that is not locked was left
/// by a pull that did not end, and the next pull that wants it goes on with it. <see cref="KeptContent"/> says how long it stays.
/// </summary>
internal sealed class PartialBlobs(StateRoot root)
{
    private string Folder => Path.Combine(root.Blobs, "partial");

    /// <summary>The blob's file, new or with what is there, locked; null where another pull writes to it.</summary>
    internal SafeFileHandle? TryTake(Digest digest, long size)
    {
        Files.MakeDirectories(Folder, 0x1C0);
        while (true)
        {
            SafeFileHandle file = Files.Open(PathOf(digest), OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_NOFOLLOW, 0x180);
            if (!Files.TryLock(file))
            {
                file.Dispose();
                return null;
            }

            // Between the two calls it may have been removed or become whole.
            FileStatus status = Files.Stat(file);
            if (Files.TryStat(null, PathOf(digest)) is { } named && named.Inode == status.Inode)
            {
                if (status.Size > size)
                {
                    RawFiles.Truncate(file, 0);
                }

                RawFiles.Seek(file, Files.Stat(file).Size);
                return file;
            }

            file.Dispose();
        }
    }

    /// <summary>Gives a blob that is whole and right its place in the store.</summary>
    internal void Finish(Digest digest, string place)
    {
        if (!Files.TryRenameNew(null, PathOf(digest), null, place))
        {
            Files.Unlink(null, PathOf(digest));
        }
    }

    internal void Remove(Digest digest) => Files.Unlink(null, PathOf(digest));

    /// <summary>Bytes that it takes on the disk.</summary>
    internal long DiskUsageOf(Digest digest) => (Files.TryStat(null, PathOf(digest))?.Blocks ?? 0) * 512;

    internal List<Digest> OnDisk()
    {
        using SafeFileHandle? folder = Files.TryOpenAt(null, Folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
        return folder is null ? [] : [.. Trees.Entries(folder)
            .Select(name => Digest.TryParse("sha256:" + Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1)), out Digest digest) ? digest : default)
            .Where(digest => !digest.IsEmpty)];
    }

    private string PathOf(Digest digest) => Path.Combine(Folder, digest.Hex);
}
