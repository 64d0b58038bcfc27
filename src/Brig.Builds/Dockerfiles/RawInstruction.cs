namespace Brig.Builds.Dockerfiles;

/// <summary>An instruction with its continued lines joined: the keyword in capitals, and what follows it.</summary>
internal sealed record RawInstruction(string Keyword, string Rest, IReadOnlyList<Heredoc> Heredocs, SourceLines Lines)
{
    internal string Written { get; init; } = "";

    internal IReadOnlyList<string> Comments { get; init; } = [];

    internal bool HasEmptyLine { get; init; }
}
