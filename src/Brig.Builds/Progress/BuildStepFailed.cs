namespace Brig.Builds;

/// <summary>The step that was begun last has failed; the build throws the same after it. The reason is one line.</summary>
public sealed record BuildStepFailed(int Number, string Reason) : BuildEvent;
