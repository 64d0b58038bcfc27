namespace Brig.Containers.Logs;

/// <summary>A record of a container's log: a line, or a piece of a long one.</summary>
/// <param name="Stream">1 for standard output, 2 for standard error.</param>
public readonly record struct LogRecord(int Stream, DateTimeOffset Time, string Timestamp, byte[] Text);
