namespace Brig.Builds;

/// <summary>Something that the build went on in spite of.</summary>
public sealed record BuildWarning(string Text) : BuildEvent;
