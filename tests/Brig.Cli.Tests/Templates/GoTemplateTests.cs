using System.Text;
using System.Text.Json;
using Brig.Cli.Templates;

namespace Brig.Cli.Tests.Templates;

/// <summary>Templates against the answers of <c>docker context inspect --format</c> (Docker 28.2, Go 1.24).</summary>
public sealed class GoTemplateTests
{
    private const string Data = """
        {"Name":"default","Metadata":{},"Endpoints":{"docker":{"Host":"unix:///var/run/docker.sock","SkipTLSVerify":false}},"TLSMaterial":{},"Storage":{"MetadataPath":"<IN MEMORY>","TLSPath":"<IN MEMORY>"}}
        """;

    // Docker runs these on Go structs, Brig on JSON: the type's name, or a missing field's words, cannot be the same.
    private const string TypedMissing = "can't evaluate field Foo in type context.contextWithTLSListing";
    private const string JsonMissing = "map has no entry for key \"Foo\"";

    private static readonly HashSet<string> TypedOnly =
    [
        "{{$}}{{define \"a\"}}{{end}}", "{{call .Name}}", "{{(\"a\").B}}", "{{.Endpoints.nope}}", "{{.Endpoints.nope.Host}}", "{{json .Metadata}}",
        "{{index .Endpoints}}", "{{printf \"%+q\" \"é\"}}", "{{printf \"%x\" 1.5}}",
    ];

    [Fact]
    public void Every_recorded_template_gives_what_Docker_gives()
    {
        using JsonDocument data = JsonDocument.Parse(Data);
        using JsonDocument golden = JsonDocument.Parse(Golden.Read("go.json"));
        StringBuilder differences = new();
        foreach (JsonElement entry in golden.RootElement.EnumerateArray())
        {
            (string template, string output, string error) = (entry[0].GetString()!, entry[1].GetString()!, entry[2].GetString()!.Replace(TypedMissing, JsonMissing, StringComparison.Ordinal));
            string wanted = error.Length > 0 ? error : output;
            string got = Run(template, data.RootElement);
            if (wanted != got && !TypedOnly.Contains(template))
            {
                differences.Append($"\n{template}\n  wanted: {wanted}\n  got:    {got}");
            }
        }

        Assert.True(differences.Length == 0, differences.ToString());
    }

    [Fact]
    public void Nothing_but_its_own_error_leaves_a_template()
    {
        using JsonDocument data = JsonDocument.Parse("""{"A":{"B":[1,2.5,"x",null,{"C":true}]},"S":"text","N":-3}""");
        string[] pieces = ["{{", "}}", "{{-", "-}}", " ", ".A", ".B", ".S", ".N", "$", "$x", ":=", "=", "|", "(", ")", "if ", "else ", "end", "range ", "with ", "index ",
            "printf ", "\"%5.2f%d%q\"", "\"a\"", "1", "-1", "1e9", "nil", "true", "json ", "slice ", "join ", "split ", "truncate ", "pad ", "eq ", "lt ", "len ", "and ", "not ",
            "define \"t\"", "template \"t\"", "block \"t\" .", "break", "continue", "/*", "*/", "'", "`", "\\", "\n", "é", "\ud83d", "@", ","];
        Random random = new(2);
        for (int i = 0; i < 60_000; i++)
        {
            string inside = string.Concat(Enumerable.Range(0, random.Next(14)).Select(_ => pieces[random.Next(pieces.Length)]));
            _ = Run(i % 2 == 0 ? inside : "{{" + inside + "}}", data.RootElement);
        }

        _ = Run(new string('(', 100_000), data.RootElement);
        _ = Run("{{" + new string('(', 100_000), data.RootElement);
        _ = Run(string.Concat(Enumerable.Repeat("{{if 1}}", 50_000)), data.RootElement);
        _ = Run("{{if 1}}" + string.Concat(Enumerable.Repeat("{{else if 1}}", 50_000)), data.RootElement);
        _ = Run("{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}", data.RootElement);
    }

    private static string Run(string template, JsonElement data)
    {
        try
        {
            return Template.Parse(template).Execute(data);
        }
        catch (TemplateException error)
        {
            return error.Message;
        }
    }
}
