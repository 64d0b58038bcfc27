using CsCheck;

namespace Brig.Oci.Tests;

public sealed class ImageReferenceTests
{
    private static readonly string s_digest = Digest.Sha256("x"u8).ToString();

    private static readonly Gen<string> s_part = Gen.Select(
        Gen.String[Gen.Char["abcz019"], 1, 6], Gen.OneOf("", ".", "_", "__", "-", "---"), Gen.String[Gen.Char["abc9"], 1, 4], (head, separator, tail) => head + separator + tail);

    private static readonly Gen<string> s_reference = Gen.Select(
        Gen.OneOf("", "docker.io/", "localhost/", "localhost:5000/", "reg.example.com/", "10.0.0.1:80/", "[::1]:5000/", "Reg.Example/"),
        s_part.Array[1, 4],
        Gen.OneOf("", ":latest", ":1.2-x_Y", ":_"),
        Gen.OneOf("", "@" + s_digest),
        (registry, parts, tag, digest) => registry + string.Join('/', parts) + tag + digest);

    [Fact]
    public void What_is_written_by_the_grammar_is_read_and_normalising_twice_changes_nothing() => s_reference.Sample(text =>
    {
        ImageReference once = ImageReference.Parse(text);
        Assert.Equal(once, ImageReference.Parse(once.Familiar));
        Assert.Equal(once, ImageReference.Parse($"{once.Name}{(once.Tag is null ? "" : ":" + once.Tag)}{(once.Digest is null ? "" : "@" + once.Digest)}"));
        Assert.True(once.WithDefaultTag() is { Tag: not null } or { Digest: not null });
    });

    [Fact]
    public void No_text_makes_the_parser_throw_or_hang() => Gen.String[Gen.Char["aZ0./:@-_ []\0é"], 0, 700].Sample(text =>
        Assert.True(!ImageReference.TryParse(text, out ImageReference? reference) || ImageReference.TryParse(reference.Familiar, out _)));

    [Theory]
    [InlineData("debian", "docker.io", "library/debian", null, "debian")]
    [InlineData("debian:12", "docker.io", "library/debian", "12", "debian:12")]
    [InlineData("docker.io/library/debian", "docker.io", "library/debian", null, "debian")]
    [InlineData("index.docker.io/a/b", "docker.io", "a/b", null, "a/b")]
    [InlineData("a/b", "docker.io", "a/b", null, "a/b")]
    [InlineData("localhost/b", "localhost", "b", null, "localhost/b")]
    [InlineData("localhost:5000/b:1", "localhost:5000", "b", "1", "localhost:5000/b:1")]
    [InlineData("ghcr.io/a/b/c:x", "ghcr.io", "a/b/c", "x", "ghcr.io/a/b/c:x")]
    [InlineData("library/debian", "docker.io", "library/debian", null, "debian")]
    [InlineData("debian:5000", "docker.io", "library/debian", "5000", "debian:5000")]
    public void Names_are_normalised_as_Docker_does(string text, string registry, string repository, string? tag, string familiar)
    {
        ImageReference reference = ImageReference.Parse(text);
        Assert.Equal((registry, repository, tag, familiar), (reference.Registry, reference.Repository, reference.Tag, reference.Familiar));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" debian")]
    [InlineData("debian\n")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a:")]
    [InlineData("a:-x")]
    [InlineData("a@sha256:12")]
    [InlineData("a..b")]
    [InlineData("-a")]
    [InlineData("a___b")]
    [InlineData("../../etc")]
    [InlineData("https://example.com/a")]
    [InlineData("a..b:5000/x")]
    [InlineData("a.-b/x")]
    [InlineData("a-.b:1/x")]
    [InlineData("host:port/x")]
    [InlineData("x@sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    public void What_is_no_reference_is_refused(string text) =>
        Assert.StartsWith("invalid reference format", Assert.Throws<BrigException>(() => ImageReference.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Upper_case_is_explained() =>
        Assert.Equal("invalid reference format: repository name (library/Debian) must be lowercase", Assert.Throws<BrigException>(() => ImageReference.Parse("Debian")).Message);

    [Fact]
    public void What_looks_like_an_ID_is_no_name() => Assert.Equal($"invalid repository name ({s_digest[7..]}), cannot specify 64-byte hexadecimal strings",
        Assert.Throws<BrigException>(() => ImageReference.Parse(s_digest[7..])).Message);

    [Fact]
    public void A_name_is_read_as_the_grammar_of_its_parts_says() => Gen.Select(
        Gen.OneOf("", "docker.io/", "a.b-c.d/", "localhost/", "x:80/", "A.b/", "a_b.c/", "a..b/", "-a.b/", "[::1]/"), Gen.String[Gen.Char["ab0._-/"], 1, 12], Gen.OneOf("", ":t", ":-", "@x")).Sample((host, path, rest) =>
    {
        string name = host + path;
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? "" : name[..slash];
        bool hasHost = first == "localhost" || first.Any(c => c is '.' or ':' or (>= 'A' and <= 'Z'));
        bool expected = rest is "" or ":t" && IsPath(hasHost ? name[(slash + 1)..] : name)
            && (!hasHost || System.Text.RegularExpressions.Regex.IsMatch(first, @"^([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(:[0-9]+)?$"));
        Assert.Equal(expected, ImageReference.TryParse(host + path + rest, out _));
    });

    private static bool IsPath(string text) => System.Text.RegularExpressions.Regex.IsMatch(text, @"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$");
}
