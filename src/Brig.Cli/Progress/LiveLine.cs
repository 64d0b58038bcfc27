namespace Brig.Cli.Progress;

/// <summary>A line of a live display.</summary>
/// <param name="Style">An escape sequence before it, or nothing.</param>
internal readonly record struct LiveLine(string Text, string Style = "");
