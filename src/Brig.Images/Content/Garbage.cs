using Brig.Images.Layers;
using Brig.Linux;
using Brig.Oci;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Content;

/// <summary>
/// Takes back layers and blobs that no image has and no lease holds. Files go while a write transaction is open, after the one
/// that made them unused: whoever wants them takes a lease in a write transaction and looks for them after it, so what it
/// finds stays. Killed in between, only files that nobody needs are left, and the rows of a dead lease say which: who takes rows away
/// leases in the same transaction what only they had.
/// </summary>
internal sealed class Garbage(StateRoot root, Database database, ImageTable images, LayerStore layers, BlobStore blobs, TimeProvider time)
{
    /// <summary>What pulls that did not end have fetched.</summary>
    internal KeptContent Kept { get; } = new(database, time);

    /// <summary>Removes those of the candidates (diff IDs or blobs) that are neither in an image nor held.</summary>
    internal void Collect(IReadOnlyCollection<Digest> candidates)
    {
        if (candidates.Count > 0)
        {
            Delete(database.Transaction(() => TakeAway(candidates)));
        }
    }

    /// <summary>Does work that takes rows away, in one transaction, and then removes what it gives as having only been theirs.</summary>
    internal T Remove<T>(Func<(T Result, IReadOnlyCollection<Digest> Content)> work)
    {
        ContentLease? lease = null;
        try
        {
            return database.Transaction(() =>
            {
                (T result, IReadOnlyCollection<Digest> content) = work();
                if (content.Count > 0)
                {
                    lease = ContentLease.Take(root, database, this);
                    lease.Hold((IEnumerable<Digest>)content);
                }

                return result;
            });
        }
        finally
        {
            lease?.Dispose();
        }
    }

    /// <summary>As <see cref="Collect"/>, but does nothing while any lease is held.</summary>
    internal void CollectUnlessLeased(IReadOnlyCollection<Digest> candidates) =>
        Delete(database.Transaction(() => Leases().Count == 0 ? TakeAway(candidates) : 0));

    /// <summary>Removes blobs of layers that stay: those that no lease holds.</summary>
    internal void RemoveBlobs(IEnumerable<Digest> candidates) => Remove<int>(() =>
    {
        List<Digest> unused = [.. candidates.Where(blob => !IsLeased(blob))];
        unused.ForEach(blobs.Forget);
        return (unused.Count, unused);
    });

    /// <summary>Ends the leases of processes that died and takes back what only they held. Gives the number of those that live.</summary>
    internal int Sweep()
    {
        List<string> leases = Leases();
        int alive = 0;
        foreach (string lease in leases)
        {
            using SafeFileHandle? file = Files.TryOpenAt(null, Path.Combine(root.Staging, lease), OpenFlags.O_RDWR | OpenFlags.O_NOFOLLOW, 0, out _);
            if (file is not null && !Files.TryLock(file))
            {
                alive++;
                continue;
            }

            End(lease);
        }

        Remove<int>(() => (0, Kept.Expire()));

        // A diff ID that was not known before the layer was made (import, build) stands in no lease.
        if (leases.Count > 0 && alive == 0)
        {
            CollectUnlessLeased([.. layers.All().Select(layer => layer.DiffId.Digest), .. blobs.OnDisk()]);
        }

        return alive;
    }

    /// <summary>Ends a lease whose lock the caller holds or nobody does, and what was kept for it.</summary>
    internal void End(string lease)
    {
        Delete(database.Transaction(() =>
        {
            List<Digest> held = database.Query("SELECT digest FROM content_leases WHERE lease = $lease AND digest <> ''", row => Digest.Parse(row.GetString(0)), ("$lease", lease));
            foreach (Digest image in images.EndUses(ContentLease.UserOf(lease)))
            {
                held.AddRange(images.ById(image)!.Layers.Select(layer => layer.Digest));
                images.Delete(image);
            }

            database.Execute("DELETE FROM content_leases WHERE lease = $lease", ("$lease", lease));
            return TakeAway(held);
        }));
        Files.Unlink(null, Path.Combine(root.Staging, lease));
    }

    /// <summary>Whether an image has the layer, or a lease holds it.</summary>
    internal bool IsHeld(Digest layer) => database.Query(
        "SELECT EXISTS (SELECT 1 FROM image_layers WHERE diff_id = $digest) OR EXISTS (SELECT 1 FROM content_leases WHERE digest = $digest) OR EXISTS (SELECT 1 FROM kept_content WHERE digest = $digest)",
        row => row.GetInt64(0), ("$digest", layer.Value))[0] != 0;

    /// <summary>What those who are at work have said that they hold; null where nobody is.</summary>
    internal IReadOnlySet<Digest>? Leased()
    {
        List<string> alive = Leases().FindAll(lease =>
        {
            using SafeFileHandle? file = Files.TryOpenAt(null, Path.Combine(root.Staging, lease), OpenFlags.O_RDWR | OpenFlags.O_NOFOLLOW, 0, out _);
            return file is not null && !Files.TryLock(file);
        });
        return alive.Count == 0 ? null
            : alive.SelectMany(lease => database.Query("SELECT digest FROM content_leases WHERE lease = $lease AND digest <> ''", row => Digest.Parse(row.GetString(0)), ("$lease", lease))).ToHashSet();
    }

    /// <summary>Whether a lease holds the layer or blob.</summary>
    internal bool IsLeased(Digest digest) =>
        database.Query("SELECT EXISTS (SELECT 1 FROM content_leases WHERE digest = $digest)", row => row.GetInt64(0), ("$digest", digest.Value))[0] != 0;

    /// <summary>Whether the blob's layer is held, an artifact has it, or a lease holds the blob itself.</summary>
    internal bool IsHeldBlob(Digest blob) => database.Query("""
        SELECT EXISTS (SELECT 1 FROM layer_blobs b WHERE b.digest = $digest AND (EXISTS (SELECT 1 FROM image_layers WHERE diff_id = b.diff_id)
                OR EXISTS (SELECT 1 FROM content_leases WHERE digest = b.diff_id)))
            OR EXISTS (SELECT 1 FROM artifact_blobs WHERE digest = $digest)
            OR EXISTS (SELECT 1 FROM content_leases WHERE digest = $digest) OR EXISTS (SELECT 1 FROM kept_content WHERE digest = $digest)
        """, row => row.GetInt64(0), ("$digest", blob.Value))[0] != 0;

    private List<string> Leases() => database.Query("SELECT DISTINCT lease FROM content_leases", row => row.GetString(0));

    /// <summary>Takes blobs away, and layers out of sight into <c>staging/</c>: all that may happen while the database is locked. Gives the number of those.</summary>
    private int TakeAway(IReadOnlyCollection<Digest> candidates)
    {
        int taken = 0;
        foreach (Digest candidate in candidates.Distinct())
        {
            if (!IsHeldBlob(candidate))
            {
                blobs.Remove(candidate);
            }

            if (IsHeld(candidate))
            {
                continue;
            }

            foreach (Digest blob in database.Query("SELECT digest FROM layer_blobs WHERE diff_id = $diff", row => Digest.Parse(row.GetString(0)), ("$diff", candidate.Value)))
            {
                if (!IsHeldBlob(blob))
                {
                    blobs.Remove(blob);
                }
            }

            string layer = Path.Combine(root.Layers, candidate.Hex), away = Path.Combine(root.Staging, $"removed-{Guid.NewGuid():N}");
            if (Files.TryStat(null, layer) is not null)
            {
                Files.Rename(null, layer, null, away);
                taken++;
            }
        }

        return taken;
    }

    /// <summary>Nobody holds what was taken away: whoever comes by may finish the work.</summary>
    private void Delete(int taken)
    {
        if (taken > 0)
        {
            layers.Reclaim();
        }
    }
}
