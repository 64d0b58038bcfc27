namespace Brig.Builds;

/// <summary>The step has failed, or was given up because another did; the build throws after it. The reason is one line.</summary>
public sealed record BuildStepFailed(int Step, string Reason) : BuildEvent;
