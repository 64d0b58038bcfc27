namespace Brig.Cli.Progress;

/// <summary>News of one step of a build.</summary>
/// <param name="Step">From 1, in the order in which steps are first heard of.</param>
/// <param name="Text">The step's name for Started and Cached (<c>[3/6] RUN make</c>), what it wrote for Output (any piece, with its newlines), why for Failed.</param>
internal readonly record struct BuildEvent(int Step, BuildEventKind Kind, string Text = "");
