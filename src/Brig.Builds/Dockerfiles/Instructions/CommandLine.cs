namespace Brig.Builds.Dockerfiles;

/// <summary>A command in exec form (<paramref name="Args"/> as they are) or in shell form (one argument for the shell).</summary>
internal sealed record CommandLine(IReadOnlyList<string> Args, bool InShell, IReadOnlyList<Heredoc> Heredocs);
