using System.Text;
using Brig.Builds.Dockerfiles;
using Brig.Builds.Variables;

namespace Brig.Builds.Tests.Dockerfiles;

public sealed class FuzzTests
{
    private static readonly string[] s_pieces =
    [
        "FROM a\n", "FROM", "RUN ", "COPY ", "ADD ", "ENV ", "LABEL ", "ARG ", "CMD ", "ENTRYPOINT ", "EXPOSE ", "VOLUME ", "USER ", "WORKDIR ", "SHELL ",
        "HEALTHCHECK ", "ONBUILD ", "STOPSIGNAL ", "MAINTAINER ", "\n", "\r\n", "\\\n", "\\", "`", " ", "\t", "#", "# escape=`\n", "# syntax=x\n", "# check=", "<<EOF", "<<-'E'",
        "EOF\n", "E\n", "[", "]", "\"", "'", ",", "[\"a\", \"b\"]", "[\"\\ud800\"]", "[1]", "[[[", "{", "}", "$", "${", "${a:-b}", "${a#", "${a//b/c}", "=", "a=b", "--", "--chown=", "--mount=type=x ",
        "--interval=", "1h", "99999999999999999999h", "-1", "a", "/", "..", "*", "\0", "\uFEFF", "ü", "\uD800", "AS ", "NONE", "0", "|", "\v", "\u0085",
    ];

    [Fact]
    public void Whatever_the_text_only_a_BrigException_of_one_line_comes_out()
    {
        Random random = Fuzz.Random(20250101);
        int parsed = 0;
        for (int round = 0; round < Fuzz.Rounds(60_000); round++)
        {
            StringBuilder text = new(random.Next(3) > 0 ? "FROM a\n" : "");
            for (int piece = random.Next(1, 14); piece > 0; piece--)
            {
                text.Append(random.Next(20) == 0 ? ((char)random.Next(1, 300)).ToString() : s_pieces[random.Next(s_pieces.Length)]);
            }

            try
            {
                Dump.Of(Dockerfile.Parse(text.ToString(), "Dockerfile"));
                parsed++;
            }
            catch (BrigException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }

        Assert.InRange(parsed, Fuzz.Rounds(1000), Fuzz.Rounds(59_000));
    }

    [Fact]
    public void Whatever_the_word_expansion_ends_well()
    {
        string[] pieces = ["$", "{", "}", "a", "b1", ":", "-", "+", "?", "#", "%", "/", "*", "\\", "'", "\"", " ", "${a", "${b:-", "${a#*", "${a/", "x", "\uD800", "é"];
        Random random = Fuzz.Random(7);
        Expander expander = new('\\', name => name switch { "a" => "va*l/ue", "b1" => "", _ => null });
        for (int round = 0; round < Fuzz.Rounds(100_000); round++)
        {
            string word = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                expander.Expand(word);
                expander.ExpandWords(word);
                expander.ExpandBody(word);
            }
            catch (BrigException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    [Fact]
    public void Deep_nesting_and_doubling_are_refused()
    {
        Expander expander = new('\\', _ => new string('x', 1000));
        Assert.Throws<BrigException>(() => expander.Expand(string.Concat(Enumerable.Repeat("${a+", 20_000)) + new string('}', 20_000)));
        Assert.Throws<BrigException>(() => expander.Expand(string.Concat(Enumerable.Repeat("$a", 20_000))));
    }
}
