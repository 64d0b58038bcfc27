using System.Text;
using System.Text.Json;
using Brig.Images.Layers;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Images.Tests.Transfers;

public sealed class PushTests(RegistryServer registry) : IClassFixture<RegistryServer>
{
    [Fact]
    public async Task What_was_pulled_is_pushed_with_the_same_digest()
    {
        using TestStore test = new();
        TestImage image = TestImage.Small(2);
        PullResult pulled = await test.PullAsync(registry.Put(image, "from:1"));
        test.Store.Tag(pulled.Image.Id, ImageReference.Parse($"{registry.Address}/to/other:2"));
        PushResult pushed = await test.PushAsync($"{registry.Address}/to/other:2");
        Assert.Equal(image.ManifestDigest, pushed.Digest);
        Assert.Equal(Encoding.UTF8.GetString(image.Manifest), registry.Raw("to/other:2"));
        Assert.Contains(test.Store.Get(pulled.Image.Id.ToString()).Digests, digest => digest.Familiar == $"{registry.Address}/to/other@{image.ManifestDigest}");
        test.AssertClean();
    }

    [Fact]
    public async Task A_layer_of_Brigs_own_making_gets_one_blob_and_comes_back_the_same()
    {
        using TestStore test = new();
        string upper = Directory.CreateDirectory(Path.Combine(test.Root.Root, "upper")).FullName;
        File.WriteAllText(Path.Combine(upper, "made"), "here");
        Image image;
        using (test.Store.Lease())
        {
            Layer layer = test.Store.Layers.Adopt(upper, TestContext.Current.CancellationToken);
            image = test.Store.Add(Encoding.UTF8.GetBytes($$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["{{layer.DiffId}}"] } }"""), ImageReference.Parse($"{registry.Address}/made:1"));
        }

        PushResult first = await test.PushAsync($"{registry.Address}/made:1");
        PushResult second = await test.PushAsync($"{registry.Address}/made:1");
        Assert.Equal(first.Digest, second.Digest);
        test.AssertClean();
        using JsonDocument seen = JsonDocument.Parse(Tool.Run("skopeo", "inspect", "--tls-verify=false", $"docker://{registry.Address}/made:1"));
        Assert.Equal(first.Digest.ToString(), seen.RootElement.GetProperty("Digest").GetString());
        using TestStore other = new();
        Assert.Equal(image.Id, (await other.PullAsync($"{registry.Address}/made:1")).Image.Id);
    }

    [Fact]
    public async Task An_unknown_image_is_not_pushed()
    {
        using TestStore test = new();
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => test.PushAsync($"{registry.Address}/none"));
        Assert.Equal($"An image does not exist locally with the tag: {registry.Address}/none", error.Message);
    }
}
