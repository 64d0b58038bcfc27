namespace Brig.Builds;

/// <summary>News of a build. They come one at a time; those of steps that run side by side are mixed, each with its step's number.</summary>
public abstract record BuildEvent;
