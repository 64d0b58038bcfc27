using Brig.Builds.Variables;

namespace Brig.Builds.Tests.Variables;

public sealed class ExpanderTests
{
    private static readonly Expander s_expander = new('\\', name => name switch
    {
        "v" => "value",
        "empty" => "",
        "path" => "/usr/local/lib/x.tar.gz",
        "list" => "80 443/tcp",
        "q" => "it's",
        "star" => "a*b",
        _ => null,
    });

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("$v", "value")]
    [InlineData("${v}", "value")]
    [InlineData("${v}x$v", "valuexvalue")]
    [InlineData("$vx", "")]
    [InlineData("$v-x", "value-x")]
    [InlineData("$unset", "")]
    [InlineData("a$", "a$")]
    [InlineData("a$ b", "a$ b")]
    [InlineData("$1$@$?", "")]
    [InlineData("$12x", "x")]
    [InlineData("\\$v", "$v")]
    [InlineData("\\\\$v", "\\value")]
    [InlineData("'$v'", "$v")]
    [InlineData("\"$v\"", "value")]
    [InlineData("\"\\$v\"", "$v")]
    [InlineData("\"a\\b\"", "a\\b")]
    [InlineData("\"a\\\"b\\\\\"", "a\"b\\")]
    [InlineData("a\\b", "ab")]
    [InlineData("a\\ b", "a b")]
    [InlineData("a\\", "a")]
    [InlineData("'a\\'", "a\\")]
    [InlineData("\"it's\"", "it's")]
    [InlineData("$q", "it's")]
    [InlineData("${v:-w}", "value")]
    [InlineData("${empty:-w}", "w")]
    [InlineData("${empty-w}", "")]
    [InlineData("${unset-w}", "w")]
    [InlineData("${unset:-w}", "w")]
    [InlineData("${v:+w}", "w")]
    [InlineData("${empty:+w}", "")]
    [InlineData("${empty+w}", "w")]
    [InlineData("${unset+w}", "")]
    [InlineData("${v:?w}", "value")]
    [InlineData("${empty?w}", "")]
    [InlineData("${unset:-${v:-x}}", "value")]
    [InlineData("${unset:-a$v}b", "avalueb")]
    [InlineData("${unset:-'a}b'}", "a}b")]
    [InlineData("${unset:-a\\}b}", "a}b")]
    [InlineData("${path#*/}", "usr/local/lib/x.tar.gz")]
    [InlineData("${path##*/}", "x.tar.gz")]
    [InlineData("${path%.*}", "/usr/local/lib/x.tar")]
    [InlineData("${path%%.*}", "/usr/local/lib/x")]
    [InlineData("${path#nope}", "/usr/local/lib/x.tar.gz")]
    [InlineData("${path%/lib*}", "/usr/local")]
    [InlineData("${path%%/l*}", "/usr")]
    [InlineData("${v#?}", "alue")]
    [InlineData("${v%??}", "val")]
    [InlineData("${path/lib/LIB}", "/usr/local/LIB/x.tar.gz")]
    [InlineData("${path//l/L}", "/usr/LocaL/Lib/x.tar.gz")]
    [InlineData("${path//\\//_}", "_usr_local_lib_x.tar.gz")]
    [InlineData("${path/l*b/-}", "/usr/-/x.tar.gz")]
    [InlineData("${path/nope/x}", "/usr/local/lib/x.tar.gz")]
    [InlineData("${star/\\*/+}", "a+b")]
    [InlineData("${star//\\*/}", "ab")]
    [InlineData("${v//a/$list}", "v80 443/tcplue")]
    [InlineData("${unset#x}", "")]
    public void Expands(string word, string expected) => Assert.Equal(expected, s_expander.Expand(word));

    [Theory]
    [InlineData("${", "syntax error: missing '}'")]
    [InlineData("${v", "syntax error: missing '}'")]
    [InlineData("${}", "syntax error: bad substitution")]
    [InlineData("${v:", "syntax error: missing '}'")]
    [InlineData("${v:-", "unexpected end of statement while looking for matching }")]
    [InlineData("${v:=x}", "unsupported modifier (:=) in substitution")]
    [InlineData("${v^}", "unsupported modifier (^) in substitution")]
    [InlineData("${unset?gone}", "unset: gone")]
    [InlineData("${unset?}", "unset: not allowed to be unset")]
    [InlineData("${empty:?}", "empty: not allowed to be empty")]
    [InlineData("'a", "unexpected end of statement while looking for matching single-quote")]
    [InlineData("\"a", "unexpected end of statement while looking for matching double-quote")]
    public void Refuses(string word, string message) => Assert.Equal(message, Assert.Throws<BrigException>(() => s_expander.Expand(word)).Message);

    [Theory]
    [InlineData("$list", new[] { "80", "443/tcp" })]
    [InlineData("\"$list\"", new[] { "80 443/tcp" })]
    [InlineData("a$list'b c'", new[] { "a80", "443/tcpb c" })]
    [InlineData("$unset", new string[0])]
    [InlineData("''", new[] { "" })]
    [InlineData("a\\ b c", new[] { "a b", "c" })]
    public void Parts_words_after_expansion(string word, string[] expected) => Assert.Equal(expected, s_expander.ExpandWords(word));

    [Theory]
    [InlineData("it's \"$v\"\n", "it's \"value\"\n")]
    [InlineData("\\$v ${v}", "$v value")]
    public void Leaves_quotes_in_a_body(string body, string expected) => Assert.Equal(expected, s_expander.ExpandBody(body));

    [Fact]
    public void Takes_the_backtick_as_escape() => Assert.Equal("$v c:\\dir", new Expander('`', _ => "x").Expand("`$v c:\\dir"));
}
