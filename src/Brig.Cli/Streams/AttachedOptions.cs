namespace Brig.Cli.Streams;

/// <summary>How this program's streams are connected to a process in a container.</summary>
internal sealed record AttachedOptions
{
    /// <summary>Standard input is given on.</summary>
    public bool Input { get; init; }

    /// <summary>The process has a terminal: ours is put into raw mode, and the detach keys count.</summary>
    public bool Terminal { get; init; }

    public bool ForwardSignals { get; init; } = true;

    public string DetachKeys { get; init; } = "";
}
