namespace Brig.Builds;

/// <summary>The step that was begun last was found in the cache: nothing ran.</summary>
public sealed record BuildStepCached(int Number) : BuildEvent;
