namespace Brig.Builds.Dockerfiles;

/// <summary>
/// What the first comment lines of a Dockerfile set. A frontend image named by <c>syntax</c> is not run:
/// Brig's own grammar is a current one, so the line is kept for those who ask and changes nothing.
/// </summary>
internal sealed record Directives(char Escape, string? Syntax, string? Check)
{
    internal static Directives None { get; } = new('\\', null, null);
}
