namespace Brig.Builds.Dockerfiles;

internal readonly record struct NamedValue(string Name, string? Value);
