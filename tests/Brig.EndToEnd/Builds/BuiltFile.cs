namespace Brig.EndToEnd.Builds;

/// <summary>A file of an image. The mode is in octal digits, the time in seconds.</summary>
public sealed record BuiltFile(char Kind, string Mode, string Owner, string Content, string Target, long Time);
