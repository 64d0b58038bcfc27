namespace Brig.Builds.Cache;

/// <summary>Whether a build takes results from the cache. It stores its own in either case.</summary>
internal enum CacheUse
{
    Read,
    Ignore,
}
