namespace Brig.Builds;

/// <summary>An ARG with the value that it has.</summary>
public sealed record OutlineArg(string Name, string? Value, string Description);
