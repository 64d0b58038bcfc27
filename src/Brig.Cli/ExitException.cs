namespace Brig.Cli;

/// <summary>Ends the program with a code where everything that is to be said was said.</summary>
internal sealed class ExitException(int code) : Exception
{
    public int Code { get; } = code;
}
