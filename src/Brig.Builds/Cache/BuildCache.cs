using Brig.Images;
using Brig.Oci;
using Brig.State;

namespace Brig.Builds.Cache;

/// <summary>
/// What steps came to, by key. A result is an image that no list shows: its last layer is the step's. An entry keeps its layers alive;
/// the least used go when there are too many or they are too old. Safe to call from several threads and processes.
/// </summary>
public sealed class BuildCache(Database database, ImageStore images, TimeProvider time)
{
    private const int EntryLimit = 2000;
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(30);

    /// <summary>Forgets the entries not used for this long (zero: all) and takes back what only they had; gives their number.</summary>
    public int Prune(TimeSpan unusedFor) => Forget(database.Query(
        "SELECT key FROM build_cache WHERE used <= $before", row => row.GetString(0), ("$before", Now - (long)unusedFor.TotalMilliseconds)));

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The result under a key, whole; null where there is none.</summary>
    internal Image? Find(string key) =>
        database.Query("SELECT image FROM build_cache WHERE key = $key", row => Digest.Parse(row.GetString(0)), ("$key", key)) is [var id]
            && images.Find(id) is { } image && image.Layers.All(layer => images.Layers.Find(layer) is not null)
            ? image
            : null;

    /// <summary>Stores a result under a key, in place of what was there. To be called under the lease that holds the layers.</summary>
    internal Image Put(string key, ReadOnlyMemory<byte> config)
    {
        // Ended first: killed after it, the entry names an image that is gone, which is as good as no entry.
        images.Release(User(key));
        return database.Transaction(() =>
        {
            Image image = images.AddFor(User(key), config);
            database.Execute("INSERT INTO build_cache (key, image, used) VALUES ($key, $image, $now) ON CONFLICT (key) DO UPDATE SET image = $image, used = $now",
                ("$key", key), ("$image", image.Id.Value), ("$now", Now));
            return image;
        });
    }

    /// <summary>Marks entries as used now, and forgets those that are over the limits.</summary>
    internal void Touch(IReadOnlyCollection<string> keys)
    {
        database.Transaction(() =>
        {
            foreach (string key in keys)
            {
                database.Execute("UPDATE build_cache SET used = $now WHERE key = $key", ("$now", Now), ("$key", key));
            }
        });
        Forget(database.Query(
            "SELECT key FROM build_cache WHERE used < $before OR key NOT IN (SELECT key FROM build_cache ORDER BY used DESC LIMIT $limit)",
            row => row.GetString(0), ("$before", Now - (long)s_lifetime.TotalMilliseconds), ("$limit", EntryLimit)));
    }

    private int Forget(List<string> keys)
    {
        foreach (string key in keys)
        {
            // The use goes first, for a row can be found again and a use without a row can not.
            images.Release(User(key));
            database.Execute("DELETE FROM build_cache WHERE key = $key", ("$key", key));
        }

        return keys.Count;
    }

    private static string User(string key) => "cache:" + key;
}
