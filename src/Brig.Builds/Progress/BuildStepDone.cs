namespace Brig.Builds;

/// <summary>The step that was begun last has made its layer.</summary>
public sealed record BuildStepDone(int Number, TimeSpan Duration) : BuildEvent;
