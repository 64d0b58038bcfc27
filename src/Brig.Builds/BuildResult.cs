using Brig.Images;

namespace Brig.Builds;

/// <summary>What a build came to. <paramref name="CachedSteps"/> of <paramref name="Steps"/> layers were found in the cache.</summary>
public sealed record BuildResult(Image Image, int Steps, int CachedSteps);
