namespace Brig.Builds;

/// <summary>The build fails over a place in its Dockerfile; the excerpt shows the lines around it. The build throws after it.</summary>
public sealed record BuildFailed(string File, int Line, string Excerpt) : BuildEvent;
