using Brig.Builds.Context;

namespace Brig.Builds.Tests.Context;

public sealed class BuildContextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private BuildContext Open(string? ignore = null)
    {
        if (ignore is not null)
        {
            _folder.Write("c/.dockerignore", ignore);
        }

        Directory.CreateDirectory(_folder["c"]);
        return ContextFiles.Open(_folder["c"], _folder["c/Dockerfile"]);
    }

    private static IEnumerable<string> Paths(ContextNode node) => node.Children.SelectMany(Paths).Prepend(node.Path);

    private string Hash(string source = ".")
    {
        using BuildContext context = Open();
        return Convert.ToHexString(new ContextDigest(context, Brig.Builds.Sources.Owners.Root).Of(context.Find(source, IgnoreRules.None)[0].Node, CancellationToken.None));
    }

    [Fact]
    public void Leaves_out_what_is_ignored_but_finds_exceptions_below()
    {
        _folder.Write("c/a/keep.txt", "1");
        _folder.Write("c/a/drop.txt", "1");
        _folder.Write("c/b/drop.txt", "1");
        _folder.Write("c/top", "1");
        using BuildContext context = Open("a\nb\n!a/keep.txt\n.dockerignore");
        Assert.Equal(["", "a", "a/keep.txt", "top"], Paths(context.Find(".", IgnoreRules.None)[0].Node));
        Assert.Equal("\"/a/drop.txt\": not found (.dockerignore excludes it)", Assert.Throws<BrigException>(() => context.Find("a/drop.txt", IgnoreRules.None)).Message);
        Assert.Equal("\"/none\": not found", Assert.Throws<BrigException>(() => context.Find("none", IgnoreRules.None)).Message);
        Assert.Throws<BrigException>(() => context.Find("b", IgnoreRules.None));
    }

    [Fact]
    public void Finds_patterns_sorted_and_nothing_where_nothing_matches()
    {
        foreach (string name in (string[])["c/x2.py", "c/x1.py", "c/.h.py", "c/d1/y.py", "c/d2/y.py", "c/d2/z.txt"])
        {
            _folder.Write(name, name);
        }

        using BuildContext context = Open();
        Assert.Equal([".h.py", "x1.py", "x2.py"], context.Find("*.py", IgnoreRules.None).Select(s => s.Node.Path));
        Assert.Equal(["d1/y.py", "d2/y.py"], context.Find("d?/*.py", IgnoreRules.None).Select(s => s.Node.Path));
        Assert.Equal(["d2/y.py"], context.Find("/d[2-9]/y.py", IgnoreRules.None).Select(s => s.Node.Path));
        Assert.Empty(context.Find("*.rb", IgnoreRules.None));
        Assert.Equal(["d2", "d2/z.txt"], Paths(context.Find("d2", IgnoreRules.Of(["*.py"]))[0].Node));
    }

    [Fact]
    public void Source_links_stay_inside_the_context()
    {
        _folder.Write("secret", "outside");
        _folder.Write("c/real/f", "inside");
        _folder.Link("c/in", "real/f");
        _folder.Link("c/indir", "/real");
        _folder.Link("c/up", "../secret");
        _folder.Link("c/abs", _folder["secret"]);
        _folder.Link("c/loop", "loop");
        using BuildContext context = Open();
        Assert.Equal(("in", "real/f"), context.Find("in", IgnoreRules.None)[0] is var s ? (s.Name, s.Node.Path) : default);
        Assert.Equal("real/f", context.Find("indir/f", IgnoreRules.None)[0].Node.Path);
        foreach (string attack in (string[])["up", "abs", "loop", "../secret", "/../../secret", "real/../../secret"])
        {
            Assert.Throws<BrigException>(() => context.Find(attack, IgnoreRules.None));
        }

        // In a tree a link is a link, whatever it points to.
        Assert.Equal("../secret", context.Find(".", IgnoreRules.None)[0].Node.Children.Single(c => c.Name == "up").Target);
    }

    [Fact]
    public void The_hash_knows_names_modes_bytes_and_targets_but_no_times()
    {
        _folder.Write("c/f", "1");
        _folder.Write("c/d/g", "2");
        _folder.Link("c/l", "f");
        HashSet<string> seen = [Hash()];

        File.SetLastWriteTimeUtc(_folder["c/f"], new DateTime(2001, 1, 1));
        Directory.SetLastWriteTimeUtc(_folder["c/d"], new DateTime(2001, 1, 1));
        Assert.False(seen.Add(Hash()));

        _folder.Write("c/f", "2");
        Assert.True(seen.Add(Hash()));
        File.SetUnixFileMode(_folder["c/f"], (UnixFileMode)0x1ED);
        Assert.True(seen.Add(Hash()));
        File.Move(_folder["c/f"], _folder["c/f2"]);
        Assert.True(seen.Add(Hash()));
        File.Delete(_folder["c/l"]);
        _folder.Link("c/l", "f2");
        Assert.True(seen.Add(Hash()));
        Directory.CreateDirectory(_folder["c/empty"]);
        Assert.True(seen.Add(Hash()));
        File.SetUnixFileMode(_folder["c/d"], (UnixFileMode)0x1C0);
        Assert.True(seen.Add(Hash()));

        string before = Hash("d");
        File.SetUnixFileMode(_folder["c/d"], (UnixFileMode)0x1ED);
        Assert.Equal(before, Hash("d"));
    }

    [Fact]
    public void A_missing_context_is_one_line() =>
        Assert.StartsWith("unable to prepare context: path", Assert.Throws<BrigException>(() => ContextFiles.Open(_folder["none"], "x")).Message, StringComparison.Ordinal);
}
