namespace Brig.Runtime.Conformance.Support;

/// <summary>What a command that has ended answered.</summary>
public sealed record Outcome(int ExitCode, string Output, string Error)
{
    public string Line => Output.TrimEnd('\n');

    public override string ToString() => $"exit {ExitCode}\n--- out\n{Output}\n--- err\n{Error}";
}
