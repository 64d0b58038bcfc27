using Brig.Oci;

namespace Brig.Builds.Cache;

/// <summary>An entry of the build cache. <paramref name="Size"/> is that of the layer it adds; <paramref name="IsShared"/> where an image has that layer too.</summary>
public sealed record CacheRecord(string Key, Digest Image, string Kind, string Description, DateTimeOffset Created, DateTimeOffset Used, long Hits, long Size, bool IsShared);
