using Brig.Images;

namespace Brig.Containers.Checks;

/// <summary>Looks for images that are kept for a container or a cache entry which is gone.</summary>
internal sealed class ImageUseCheck(Engine engine)
{
    /// <summary>How long a removal may take between its last two steps.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    internal IReadOnlyList<CheckFinding> Run(CheckMode mode)
    {
        if (Lost().Count == 0)
        {
            return [];
        }

        Thread.Sleep(s_patience);
        List<CheckFinding> findings = [];
        foreach (string user in Lost())
        {
            findings.Add(new CheckFinding($"an image is kept for {user[..Math.Min(user.Length, user.IndexOf(':', StringComparison.Ordinal) + 13)]}, which is gone", mode == CheckMode.Repair));
            if (mode == CheckMode.Repair)
            {
                engine.Images.Release(user);
            }
        }

        return findings;
    }

    private List<string> Lost() => engine.Database.Query("""
        SELECT DISTINCT user FROM image_uses
        WHERE (user LIKE 'container:%' AND substr(user, 11) NOT IN (SELECT id FROM containers))
            OR (user LIKE 'cache:%' AND substr(user, 7) NOT IN (SELECT key FROM build_cache))
        """, row => row.GetString(0));
}
