namespace Brig.Cli.OciRuntime;

/// <summary>Ends the program with a message and a code of its own.</summary>
internal sealed class OciExitException(int code, string message) : Exception(message)
{
    internal int Code { get; } = code;
}
