namespace Brig.Builds;

/// <summary>A step begins. <paramref name="Step"/> counts from 1 in the order in which steps begin; the name is on one line: <c>[build 2/5] RUN …</c>.</summary>
public sealed record BuildStepStarted(int Step, string Name) : BuildEvent;
