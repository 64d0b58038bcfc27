namespace Brig.Builds;

/// <summary>The step is done.</summary>
public sealed record BuildStepDone(int Step, TimeSpan Duration) : BuildEvent;
