using System.Text;

namespace Brig.EndToEnd.Support;

/// <summary>What a command that has ended answered.</summary>
public sealed record Outcome(int ExitCode, byte[] Bytes, string Error, TimeSpan Took)
{
    public string Output => Encoding.UTF8.GetString(Bytes);

    public string Line => Output.TrimEnd('\n');

    public override string ToString() => $"exit {ExitCode} after {Took.TotalSeconds:F1} s\n--- out\n{(Bytes.Length > 4096 ? $"<{Bytes.Length} bytes>" : Output)}\n--- err\n{Error}";
}
