namespace Brig.Cli.Flags;

/// <summary>A command line that cannot be carried out: the whole text for standard error and the exit code.</summary>
internal sealed class UsageException(string text, int exitCode) : Exception(text)
{
    public int ExitCode { get; } = exitCode;
}
