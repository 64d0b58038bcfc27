namespace Brig.Builds;

/// <summary>How many steps the build has in all, as far as is known before it runs.</summary>
public sealed record BuildPlanned(int Steps) : BuildEvent;
