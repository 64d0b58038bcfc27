using Brig.Oci;
using Brig.State;

namespace Brig.Images.Content;

/// <summary>
/// What a pull that did not end has fetched: its layers and blobs, whole or in part, stay for a day, so that the next pull goes on where it was.
/// The rows are written before the first byte, and removed when an image has the content or it proved to be wrong.
/// </summary>
internal sealed class KeptContent(Database database, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromDays(1);

    internal void Keep(IEnumerable<Digest> digests)
    {
        long until = (time.GetUtcNow() + s_patience).ToUnixTimeMilliseconds();
        database.Transaction(() =>
        {
            foreach (Digest digest in digests)
            {
                database.Execute("INSERT INTO kept_content (digest, until) VALUES ($digest, $until) ON CONFLICT DO UPDATE SET until = $until", ("$digest", digest.Value), ("$until", until));
            }
        });
    }

    internal bool Has(Digest digest) => database.Query("SELECT EXISTS (SELECT 1 FROM kept_content WHERE digest = $digest)", row => row.GetInt64(0), ("$digest", digest.Value))[0] != 0;

    /// <summary>From here on only an image or a lease keeps it.</summary>
    internal void Forget(IEnumerable<Digest> digests) => database.Transaction(() =>
    {
        foreach (Digest digest in digests)
        {
            database.Execute("DELETE FROM kept_content WHERE digest = $digest", ("$digest", digest.Value));
        }
    });

    /// <summary>Forgets what nobody came back for, and gives it.</summary>
    internal List<Digest> Expire() => Take("WHERE until <= $now", ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()));

    /// <summary>Forgets all, and gives it.</summary>
    internal List<Digest> ForgetAll() => Take("");

    private List<Digest> Take(string where, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        List<Digest> digests = database.Query($"SELECT digest FROM kept_content {where}", row => Digest.Parse(row.GetString(0)), parameters);
        if (digests.Count > 0)
        {
            Forget(digests);
        }

        return digests;
    }
}
