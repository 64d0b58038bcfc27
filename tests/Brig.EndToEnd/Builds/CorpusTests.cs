using Brig.EndToEnd.Support;
using System.Text.Json.Nodes;

namespace Brig.EndToEnd.Builds;

/// <summary>
/// The corpus: a Dockerfile for each clause of the language, with what its image must hold. A case is a file of parts: the Dockerfile,
/// the context's files, and expectations, one a line (see <see cref="CorpusCase"/>).
/// </summary>
public sealed class CorpusTests(SmallBase small) : IClassFixture<SmallBase>
{
    public static TheoryData<string> Cases => [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Builds", "Corpus"), "*.case").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void There_are_enough_cases() => Assert.True(Cases.Count >= 150, $"{Cases.Count} cases");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_builds_what_its_clause_says(string name)
    {
        CorpusCase wanted = CorpusCase.Read(Path.Combine(AppContext.BaseDirectory, "Builds", "Corpus", name + ".case"));
        string folder = Path.Combine(small.Root.Path, "corpus", name), context = Path.Combine(folder, "context");
        wanted.WriteContext(context);
        string[] arguments =
        [
            "build", "--progress", "plain", "--output", $"type=tar,dest={folder}/files.tar", "--output", $"type=oci,tar=false,dest={folder}/layout",
            .. wanted.Arguments.Select(word => word.Replace("CONTEXT", context, StringComparison.Ordinal)), context,
        ];
        Outcome outcome = small.Root.Try(arguments);
        string said = outcome.Output + outcome.Error;
        if (wanted.Expectations.Any(line => line.StartsWith("e ", StringComparison.Ordinal)))
        {
            Assert.True(outcome.ExitCode == 1, $"it should fail: {outcome}");
        }
        else
        {
            Assert.True(outcome.ExitCode == 0, outcome.ToString());
        }

        BuiltImage? image = outcome.ExitCode == 0 ? BuiltImage.Read(folder) : null;
        foreach (string line in wanted.Expectations)
        {
            Assert.True(Holds(line, image, said) is not { } wrong, $"{line}: {Holds(line, image, said)}\n{said}");
        }
    }

    /// <summary>Null where the expectation holds, else what there is.</summary>
    private static string? Holds(string line, BuiltImage? image, string said)
    {
        string rest = line[2..];
        switch (line[0])
        {
            case 'e' or 'o':
                return said.Contains(rest, StringComparison.Ordinal) ? null : "not said";
            case 'O':
                return said.Contains(rest, StringComparison.Ordinal) ? "said" : null;
            case 'h':
                return image!.History.Any(step => step.Contains(rest, StringComparison.Ordinal)) ? null : string.Join('\n', image.History);
            case 'H':
                return image!.History.Append(image.Config.ToJsonString()).Any(step => step.Contains(rest, StringComparison.Ordinal)) ? "there" : null;
            case 'c':
                string[] pair = rest.Split(' ', 2);
                JsonNode? value = image!.Value(pair[0]);
                return JsonNode.DeepEquals(value, JsonNode.Parse(pair[1])) ? null : value?.ToJsonString() ?? "nothing";
            case 'C':
                return image!.Value(rest)?.ToJsonString();
            case '-':
                return image!.Files.ContainsKey(rest) ? "there" : null;
            case 't':
                string[] time = rest.Split(' ');
                return image!.Files[time[0]].Time == long.Parse(time[1]) ? null : image.Files[time[0]].Time.ToString();
            default:
                return image!.Differs(line[0], rest);
        }
    }
}
