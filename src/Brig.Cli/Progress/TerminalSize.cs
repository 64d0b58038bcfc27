namespace Brig.Cli.Progress;

/// <summary>What a terminal can show; asked for again at every frame, since windows are resized.</summary>
internal readonly record struct TerminalSize(int Columns, int Rows);
