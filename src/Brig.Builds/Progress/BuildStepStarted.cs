namespace Brig.Builds;

/// <summary>A step begins: <c>[2/5] RUN …</c>. The text is the instruction on one line.</summary>
public sealed record BuildStepStarted(int Number, int Total, string Text) : BuildEvent;
