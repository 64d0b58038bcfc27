namespace Brig.Builds;

/// <summary>A stage that can be built.</summary>
public sealed record OutlineTarget(string Name, string Description, string Base, bool IsDefault);
