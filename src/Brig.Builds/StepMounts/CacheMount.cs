namespace Brig.Builds.StepMounts;

/// <summary>A cache mount as a person sees it. <paramref name="Size"/> is the sum of its files' bytes.</summary>
/// <param name="Id">As the Dockerfile names it.</param>
/// <param name="Digest">The name of its folder.</param>
/// <param name="Space">The namespace, <c>BUILDKIT_CACHE_MOUNT_NS</c>; empty for the usual one.</param>
/// <param name="Target">Where it was mounted first.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Used">When a step had it last.</param>
/// <param name="Size">Bytes.</param>
public sealed record CacheMount(string Id, string Digest, string Space, string Target, DateTimeOffset Created, DateTimeOffset Used, long Size);
