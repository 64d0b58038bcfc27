namespace Brig.Builds;

/// <summary>The step was found in the cache: nothing ran.</summary>
public sealed record BuildStepCached(int Step) : BuildEvent;
