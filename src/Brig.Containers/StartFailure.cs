namespace Brig.Containers;

/// <summary>The exit code of a container whose program could not be started; Docker's clients decide it by the text (semantics.md 26 to 28).</summary>
public static class StartFailure
{
    private const int NotFound = 127;
    private const int NotInvocable = 126;
    private const int EngineError = 128;

    public static int ExitCode(BrigException error) => error.Message switch
    {
        var text when text.Contains("executable file not found", StringComparison.Ordinal)
            || text.Contains("no such file or directory", StringComparison.Ordinal)
            || text.Contains("Are you trying to mount a directory onto a file", StringComparison.Ordinal) => NotFound,
        var text when text.StartsWith("exec: ", StringComparison.Ordinal) || text.Contains("permission denied", StringComparison.Ordinal) => NotInvocable,
        _ => EngineError,
    };
}
