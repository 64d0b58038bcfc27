namespace Brig.Builds.Dockerfiles;

/// <summary>First and last line of an instruction in its file, counted from 1.</summary>
internal readonly record struct SourceLines(int First, int Last);
