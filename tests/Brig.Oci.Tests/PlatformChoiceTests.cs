using Brig.Oci.Images;

namespace Brig.Oci.Tests;

public sealed class PlatformChoiceTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/amd64")]
    [InlineData("linux/x86_64", "linux/amd64")]
    [InlineData("arm64", "linux/arm64/v8")]
    [InlineData("linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("linux/aarch64", "linux/arm64/v8")]
    [InlineData("linux/arm/v7", "linux/arm/v6")]
    [InlineData("linux/arm/v6", "linux/arm/v6")]
    [InlineData("linux/arm/v5", null)]
    [InlineData("linux/amd64/v3", "linux/amd64")]
    [InlineData("windows/amd64", null)]
    [InlineData("linux/riscv64", null)]
    public void The_best_manifest_is_chosen(string wanted, string? expected)
    {
        ImageIndex index = new()
        {
            SchemaVersion = 2,
            Manifests = [Offer("unknown", "unknown"), Offer("linux", "arm", "v6"), Offer("linux", "amd64") with { Annotations = new Dictionary<string, string> { ["vnd.docker.reference.type"] = "attestation-manifest" } }, Offer("linux", "amd64"), Offer("linux", "arm64", "v8")],
        };
        Descriptor? chosen = PlatformChoice.Choose(index, PlatformChoice.Parse(wanted));
        Assert.Equal(expected, chosen?.Platform?.ToString());
        Assert.Null(chosen?.Annotations);
    }

    [Theory]
    [InlineData("")]
    [InlineData("linux/")]
    [InlineData("a/b/c/d")]
    [InlineData("linux/amd 64")]
    public void What_is_no_platform_is_refused(string text) => Assert.Throws<BrigException>(() => PlatformChoice.Parse(text));

    private static Descriptor Offer(string os, string architecture, string? variant = null) => new()
    {
        MediaType = MediaTypes.OciManifest,
        Digest = Digest.Sha256("x"u8),
        Size = 1,
        Platform = new Platform { Os = os, Architecture = architecture, Variant = variant },
    };
}
