using CsCheck;

namespace Brig.Oci.Tests;

public sealed class DigestTests
{
    [Fact]
    public void Any_content_has_a_digest_that_reads_back() => Gen.Byte.Array.Sample(content =>
    {
        Digest digest = Digest.Sha256(content);
        Assert.Equal(digest, Digest.Parse(digest.ToString()));
        Assert.Equal("sha256", digest.Algorithm);
        Assert.Equal(64, digest.Hex.Length);
        Assert.StartsWith(digest.Short, digest.Hex, StringComparison.Ordinal);
    });

    [Fact]
    public void No_text_makes_the_parser_throw_and_what_it_takes_it_gives_back() => Gen.String.Sample(text =>
        Assert.True(!Digest.TryParse(text, out Digest digest) || digest.ToString() == text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855a")]
    [InlineData("sha256:../../../etc/passwd/////////////////////////////////////////////")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    public void What_is_no_digest_is_refused(string? text) => Assert.False(Digest.TryParse(text, out _));

    [Fact]
    public void A_changed_character_is_refused_or_another_digest() => Gen.Select(Gen.Int[0, 70], Gen.Char).Sample((at, c) =>
    {
        string text = Digest.Sha256("x"u8).ToString();
        string changed = text[..at] + c + text[(at + 1)..];
        Assert.True(!Digest.TryParse(changed, out Digest digest) || digest.ToString() == changed);
    });
}
