namespace Brig.Cli.Flags;

/// <summary>What every command is given by the program: the global flags and the two text outputs.</summary>
internal sealed record CommandContext(GlobalFlags Globals, TextWriter Output, TextWriter Error);
