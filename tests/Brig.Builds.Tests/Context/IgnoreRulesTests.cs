using Brig.Builds.Context;

namespace Brig.Builds.Tests.Context;

public sealed class IgnoreRulesTests
{
    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "a/b/c", true)]
    [InlineData("a", "b/a", false)]
    [InlineData("a", "ab", false)]
    [InlineData("/a", "a", true)]
    [InlineData("a/", "a/b", true)]
    [InlineData("./a/../b", "b", true)]
    [InlineData("  a  ", "a", true)]
    [InlineData("#a", "a", false)]
    [InlineData("#a", "#a", false)]
    [InlineData(" #a", "#a", true)]
    [InlineData(".", "a", false)]
    [InlineData("/", "a", false)]
    [InlineData("..", "a", false)]
    [InlineData("*", "a", true)]
    [InlineData("*", "a/b", true)]
    [InlineData("*.md", "x.md", true)]
    [InlineData("*.md", "d/x.md", false)]
    [InlineData("*/*.md", "d/x.md", true)]
    [InlineData("**/*.md", "x.md", true)]
    [InlineData("**/*.md", "d/e/x.md", true)]
    [InlineData("**/*.md", "d/x.mdx", false)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("a/**/z", "a/b/c/z", true)]
    [InlineData("a/**/z", "ab/z", false)]
    [InlineData("**", "a/b", true)]
    [InlineData("**/node_modules", "x/node_modules/y/z", true)]
    [InlineData("**/node_modules", "node_modules", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("a[b-d]e", "ace", true)]
    [InlineData("a[^b-d]e", "ace", false)]
    [InlineData("a[^b-d]e", "axe", true)]
    [InlineData("a\\*b", "a*b", true)]
    [InlineData("a\\*b", "axb", false)]
    [InlineData("a.b", "axb", false)]
    [InlineData("a$", "a$", true)]
    [InlineData("é?", "éü", true)]
    [InlineData("*\n!a", "a", false)]
    [InlineData("*\n!a", "b", true)]
    [InlineData("*\n! a", "a", false)]
    [InlineData("!a\n*", "a", true)]
    [InlineData("d\n!d/keep", "d/keep", false)]
    [InlineData("d\n!d/keep", "d/keep/below", false)]
    [InlineData("d\n!d/keep", "d/other", true)]
    [InlineData("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true)]
    [InlineData("*.md\n!README*.md\nREADME-secret.md", "README-x.md", false)]
    [InlineData("*.md\nREADME-secret.md\n!README*.md", "README-secret.md", false)]
    [InlineData("\uFEFFa", "a", true)]
    [InlineData("a\r\nb\r\n", "b", true)]
    public void Decides(string file, string path, bool ignored)
    {
        IgnoreRules rules = IgnoreRules.Parse(file, ".dockerignore");
        Assert.Equal(ignored, rules.IsIgnored(rules.Above(path), path));
    }

    [Theory]
    [InlineData("a\n!", ".dockerignore line 2: illegal exclusion pattern: \"!\"")]
    [InlineData("[a", ".dockerignore line 1: syntax error in pattern \"[a\"")]
    [InlineData("a\\", ".dockerignore line 1: syntax error in pattern \"a\\\"")]
    [InlineData("[]a]", ".dockerignore line 1: syntax error in pattern \"[]a]\"")]
    public void Refuses(string file, string message) =>
        Assert.Equal(message, Assert.Throws<BrigException>(() => IgnoreRules.Parse(file, ".dockerignore")).Message);

    [Fact]
    public void No_pattern_takes_long()
    {
        IgnoreRules rules = IgnoreRules.Parse(string.Concat(Enumerable.Repeat("**/*a", 40)) + "b", "x");
        Assert.False(rules.IsIgnored(null, new string('a', 4000)));
    }

    [Theory]
    [InlineData("", ".")]
    [InlineData("/", "/")]
    [InlineData("a//b/./c/..", "a/b")]
    [InlineData("../a", "../a")]
    [InlineData("/../a", "/a")]
    [InlineData("a/../..", "..")]
    public void Cleans_paths_as_Go_does(string path, string clean) => Assert.Equal(clean, GoPath.Clean(path));
}
