namespace Brig.Builds.Variables;

/// <summary>A variable's value; null where it is not set.</summary>
internal delegate string? Lookup(string name);
