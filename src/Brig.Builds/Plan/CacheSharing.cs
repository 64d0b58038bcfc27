namespace Brig.Builds.Plan;

/// <summary>What happens where two steps want one cache mount at the same time.</summary>
internal enum CacheSharing
{
    /// <summary>Both write into it.</summary>
    Shared,

    /// <summary>The second gets one of its own.</summary>
    Private,

    /// <summary>The second waits.</summary>
    Locked,
}
