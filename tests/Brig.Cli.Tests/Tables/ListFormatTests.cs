using Brig.Cli.Tables;
using Brig.Cli.Templates;

namespace Brig.Cli.Tests.Tables;

public sealed class ListFormatTests
{
    private static readonly ListFormat<(string Id, string Name)> Format = new("*formatter.SampleContext",
        [new("ID", "SAMPLE ID", item => item.Id), new("Names", "NAMES", item => item.Name),
            new("Label", "", _ => null) { ReadWith = (item, key) => $"{item.Name}:{key}" }],
        "{{.ID}}\t{{.Names}}", "{{.ID}}");

    [Theory]
    [InlineData("", "SAMPLE ID   NAMES\nabc         web\nd           database <1>\n")]
    [InlineData("table", "SAMPLE ID   NAMES\nabc         web\nd           database <1>\n")]
    [InlineData("table {{.Names}}\\t{{.ID}}", "NAMES          SAMPLE ID\nweb            abc\ndatabase <1>   d\n")]
    [InlineData("table {{upper .ID}}\\t{{.Label \"a.b-c\"}}", "SAMPLE ID   b c\nABC         web:a.b-c\nD           database <1>:a.b-c\n")]
    [InlineData("json", "{\"ID\":\"abc\",\"Names\":\"web\"}\n{\"ID\":\"d\",\"Names\":\"database <1>\"}\n")]
    [InlineData("{{.ID}}={{.Names}}", "abc=web\nd=database <1>\n")]
    [InlineData("{{.ID}}\\t|", "abc\t|\nd\t|\n")]
    public void A_list_is_printed(string format, string text) => Assert.Equal(text, Write(format, ListDetail.Full));

    [Theory]
    [InlineData("", "abc\nd\n")]
    [InlineData("{{.Names}}", "web\ndatabase <1>\n")]
    public void Quiet_only_changes_the_table(string format, string text) => Assert.Equal(text, Write(format, ListDetail.OnlyIds));

    [Fact]
    public void An_unknown_field_is_an_error() => Assert.Equal(
        "template parsing error: template: :1:2: executing \"\" at <.Nope>: can't evaluate field Nope in type *formatter.SampleContext",
        Assert.Throws<TemplateException>(() => Write("{{.Nope}}", ListDetail.Full)).Message);

    private static string Write(string format, ListDetail detail)
    {
        using StringWriter output = new() { NewLine = "\n" };
        Format.Write(output, [("abc", "web"), ("d", "database <1>")], format, detail);
        return output.ToString();
    }
}
