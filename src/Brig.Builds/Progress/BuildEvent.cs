namespace Brig.Builds;

/// <summary>News of a build. They come one at a time, in order, but for a pull's, which come from several threads.</summary>
public abstract record BuildEvent;
