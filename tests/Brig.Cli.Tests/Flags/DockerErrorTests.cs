using System.Text;
using System.Text.Json;

namespace Brig.Cli.Tests.Flags;

/// <summary>Wrong command lines against what <c>docker</c> 28.2 answered: text, stream and exit code.</summary>
public sealed class DockerErrorTests
{
    // Docker 28.2 has a slip of the pen here ("SRun"), and its "stop" hides -t, which later versions do not.
    private static readonly HashSet<string> Differ = ["images a b", "stop --time x a"];

    // Docker stopped suggesting; Brig puts what may have been meant between the lines.
    private static readonly HashSet<string> Suggested = ["runn", "network creat"];

    [Fact]
    public void Every_recorded_error_is_what_Docker_prints()
    {
        using JsonDocument golden = JsonDocument.Parse(Golden.Read("docker.json"));
        StringBuilder differences = new();
        foreach (JsonElement entry in golden.RootElement.EnumerateArray())
        {
            string line = entry[0].GetString()!;
            if (Differ.Contains(line) || Suggested.Contains(line))
            {
                continue;
            }

            (int code, string output, string error) = SampleTree.Call(line.Split(' '));
            string wanted = $"{entry[1].GetInt32()} {entry[2].GetString()} {entry[3].GetString()}".Replace("docker", "brig", StringComparison.Ordinal);
            string got = $"{code} {output} {error}";
            if (wanted.TrimEnd() != got.TrimEnd())
            {
                differences.Append($"\n== {line}\n  wanted: {wanted}\n  got:    {got}");
            }
        }

        Assert.True(differences.Length == 0, differences.ToString());
    }

    [Fact]
    public void A_mistyped_command_is_answered_with_a_near_one()
    {
        (int code, _, string error) = SampleTree.Call("runn");
        Assert.Equal(1, code);
        Assert.Equal("brig: unknown command: brig runn\n\nDid you mean this?\n\trun\n\nRun 'brig --help' for more information\n", error);
    }
}
