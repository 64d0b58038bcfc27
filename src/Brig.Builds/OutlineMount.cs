namespace Brig.Builds;

/// <summary>A secret or an ssh agent.</summary>
public sealed record OutlineMount(string Id, bool Required);
