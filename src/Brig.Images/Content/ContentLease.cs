using Brig.Linux;
using Brig.Oci;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Content;

/// <summary>
/// Keeps layers and blobs that no image has yet. It lives as long as the lock on its file in <c>staging/</c>: a process that is killed
/// holds nothing, and the next one takes back what only it held.
/// </summary>
public sealed class ContentLease : IDisposable
{
    private readonly Database _database;
    private readonly Garbage _garbage;
    private readonly SafeFileHandle _lock;
    private readonly string _name;

    private ContentLease(Database database, Garbage garbage, SafeFileHandle held, string name) =>
        (_database, _garbage, _lock, _name) = (database, garbage, held, name);

    /// <summary>The user by which images are kept for as long as the lease.</summary>
    internal string User => UserOf(_name);

    internal static string UserOf(string lease) => "build:" + lease;

    internal static ContentLease Take(StateRoot root, Database database, Garbage garbage)
    {
        while (true)
        {
            string name = $"lease-{Guid.NewGuid():N}";
            SafeFileHandle file = Files.Open(Path.Combine(root.Staging, name), OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0x180);

            // Between the two calls it looked abandoned, and may have been removed.
            if (Files.TryLock(file) && Files.Stat(file).Links > 0)
            {
                // The empty digest says that somebody is at work, before it is known on what.
                database.Execute("INSERT INTO content_leases (lease, digest) VALUES ($lease, '')", ("$lease", name));
                return new ContentLease(database, garbage, file, name);
            }

            file.Dispose();
        }
    }

    /// <summary>From here on what of this is in the store stays; what is not there yet stays once it is.</summary>
    public void Hold(IEnumerable<DiffId> layers) => Hold(layers.Select(layer => layer.Digest));

    internal void Hold(IEnumerable<Digest> digests) => _database.Transaction(() =>
    {
        foreach (Digest digest in digests)
        {
            _database.Execute("INSERT INTO content_leases (lease, digest) VALUES ($lease, $digest) ON CONFLICT DO NOTHING", ("$lease", _name), ("$digest", digest.Value));
        }
    });

    /// <summary>Takes back what it held and no image has, and the images that were kept for it alone.</summary>
    public void Dispose()
    {
        if (!_lock.IsClosed)
        {
            try
            {
                _garbage.End(_name);
            }
            finally
            {
                _lock.Dispose();
            }
        }
    }
}
