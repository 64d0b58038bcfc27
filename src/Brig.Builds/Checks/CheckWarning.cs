namespace Brig.Builds.Checks;

/// <summary>A finding of a build check. Lines count from 1.</summary>
public sealed record CheckWarning(string Rule, string Address, string Detail, int FirstLine, int LastLine);
