using Brig.Images;
using Brig.Oci;
using Brig.State;

namespace Brig.Builds.Cache;

/// <summary>
/// What steps came to, by key. A result is an image that no list shows: its last layer is the step's. An entry keeps its layers alive;
/// the least used go when there are too many, they are too old or too large. Safe to call from several threads and processes.
/// </summary>
public sealed class BuildCache(Database database, ImageStore images, TimeProvider time)
{
    private const int EntryLimit = 20_000;
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(30);

    private const string Columns = """
        SELECT key, image, kind, description, created, used, hits, size,
            EXISTS (SELECT 1 FROM image_layers l, images i WHERE l.image = i.id AND i.removed = 0 AND l.diff_id = build_cache.layer)
        FROM build_cache
        """;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>All entries, the last used first.</summary>
    public IReadOnlyList<CacheRecord> List() => database.Query($"{Columns} ORDER BY used DESC, created DESC, key", Read);

    /// <summary>The entry whose key begins so; throws NotFound where none or several do.</summary>
    public CacheRecord Get(string prefix) => prefix.Length >= 4 && prefix.All(char.IsAsciiHexDigitLower)
        && database.Query($"{Columns} WHERE key >= $from AND key < $to LIMIT 2", Read, ("$from", prefix), ("$to", prefix + "g")) is [var one]
            ? one
            : throw BrigException.NotFound($"no build step {Oci.Text.Quote(prefix)} (brig builder du lists them)");

    /// <summary>The result of an entry, whole.</summary>
    public Image? ImageOf(CacheRecord record) => Find(record.Key);

    /// <summary>Forgets the entries not used for this long (zero: all) and takes back what only they had; gives their number.</summary>
    public int Prune(TimeSpan unusedFor) => Forget(Unused(unusedFor));

    /// <summary>Forgets entries, those not used for longest first, until the rest is no larger; gives those that went.</summary>
    /// <param name="unusedFor">Only those not used for this long.</param>
    /// <param name="keep">Bytes that may stay.</param>
    /// <param name="matches">Which may go.</param>
    public IReadOnlyList<CacheRecord> Prune(TimeSpan unusedFor, long keep, Func<CacheRecord, bool> matches)
    {
        IReadOnlyList<CacheRecord> all = List();
        long before = Now - (long)unusedFor.TotalMilliseconds, left = SizeOf(all);
        List<CacheRecord> gone = [];
        foreach (CacheRecord record in all.Reverse())
        {
            if (left <= keep && keep > 0)
            {
                break;
            }

            if (record.Used.ToUnixTimeMilliseconds() <= before && matches(record))
            {
                gone.Add(record);
                left -= record.IsShared ? 0 : record.Size;
            }
        }

        Forget([.. gone.Select(record => record.Key)]);
        return gone;
    }

    /// <summary>Bytes that only the cache has.</summary>
    public static long SizeOf(IEnumerable<CacheRecord> records) => records.Where(record => !record.IsShared).DistinctBy(record => record.Image).Sum(record => record.Size);

    /// <summary>The result under a key, whole; null where there is none.</summary>
    internal Image? Find(string key) =>
        database.Query("SELECT image FROM build_cache WHERE key = $key", row => Digest.Parse(row.GetString(0)), ("$key", key)) is [var id]
            && images.Find(id) is { } image && image.Layers.All(layer => images.Layers.Find(layer) is not null)
            ? image
            : null;

    /// <summary>Stores a result under a key, in place of what was there. To be called under the lease that holds the layers.</summary>
    internal Image Put(string key, ReadOnlyMemory<byte> config, string kind, string description)
    {
        // Ended first: killed after it, the entry names an image that is gone, which is as good as no entry.
        images.Release(User(key));
        return database.Transaction(() =>
        {
            Image image = images.AddFor(User(key), config);
            DiffId? top = image.Layers.Count > 0 ? image.Layers[^1] : null;
            long size = top is { } layer && kind != "image" ? images.Layers.Find(layer)?.Size ?? 0 : 0;
            database.Execute("""
                INSERT INTO build_cache (key, image, layer, kind, description, created, used, hits, size) VALUES ($key, $image, $layer, $kind, $description, $now, $now, 0, $size)
                ON CONFLICT (key) DO UPDATE SET image = $image, layer = $layer, kind = $kind, description = $description, created = $now, used = $now, hits = 0, size = $size
                """,
                ("$key", key), ("$image", image.Id.Value), ("$layer", top?.ToString() ?? ""), ("$kind", kind), ("$description", description), ("$now", Now), ("$size", size));
            return image;
        });
    }

    /// <summary>Marks entries as used now, and forgets those that are over the limits.</summary>
    /// <param name="keys">The entries that a build found.</param>
    /// <param name="budget">Bytes that the cache may have.</param>
    internal void Touch(IReadOnlyCollection<string> keys, long budget)
    {
        database.Transaction(() =>
        {
            foreach (string key in keys)
            {
                database.Execute("UPDATE build_cache SET used = $now, hits = hits + 1 WHERE key = $key", ("$now", Now), ("$key", key));
            }
        });
        Forget(database.Query(
            "SELECT key FROM build_cache WHERE used < $before OR key IN (SELECT key FROM build_cache ORDER BY used DESC LIMIT -1 OFFSET $limit)",
            row => row.GetString(0), ("$before", Now - (long)s_lifetime.TotalMilliseconds), ("$limit", EntryLimit)));
        if (database.Query("SELECT coalesce(sum(size), 0) FROM build_cache", row => row.GetInt64(0))[0] > budget)
        {
            Prune(TimeSpan.Zero, budget, record => !keys.Contains(record.Key));
        }
    }

    private List<string> Unused(TimeSpan unusedFor) => database.Query(
        "SELECT key FROM build_cache WHERE used <= $before", row => row.GetString(0), ("$before", Now - (long)unusedFor.TotalMilliseconds));

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

    private static CacheRecord Read(Row row) => new(row.GetString(0), Digest.Parse(row.GetString(1)), row.GetString(2), row.GetString(3),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8) != 0);

    private static string User(string key) => "cache:" + key;
}
