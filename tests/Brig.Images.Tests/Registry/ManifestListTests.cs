using System.Text.Json;
using Brig.Images.ManifestLists;
using Brig.Images.Registry;
using Brig.Images.Tests.Support;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Tests.Registry;

public sealed class ManifestListTests(RegistryServer registry) : IClassFixture<RegistryServer>
{
    [Fact]
    public async Task Images_of_two_repositories_are_put_together_and_pulled_by_platform()
    {
        TestImage first = TestImage.Small(80), second = TestImage.Small(81);
        ImageReference one = Reference(registry.Put(first, "parts/one:1")), two = Reference(registry.Put(second, "parts/two:1")), list = Reference($"{registry.Address}/whole:1");
        using TestStore test = new();
        using Registries registries = new(_ => null, TestStore.Fast);
        ManifestLists.ManifestLists lists = new(test.Store, registries);
        await lists.CreateAsync(list, [one, two], ExistingList.Refuse, Token);
        Assert.Equal("refusing to amend an existing manifest list with no --amend flag",
            (await Assert.ThrowsAsync<BrigException>(() => lists.CreateAsync(list, [two], ExistingList.Refuse, Token))).Message);
        await lists.CreateAsync(list, [two], ExistingList.Amend, Token);
        lists.Annotate(list, two, new ManifestChange { Architecture = "arm64", Variant = "v8", OsFeatures = ["x"] });
        Assert.Equal($"manifest for image {registry.Address}/parts/three:latest does not exist in {list}",
            Assert.Throws<BrigException>(() => lists.Annotate(list, Reference($"{registry.Address}/parts/three"), new ManifestChange())).Message);
        Assert.Equal(["linux/amd64", "linux/arm64/v8"], lists.Find(list).Select(entry => entry.Descriptor.Platform!.ToString()));

        List<ImageReference> pushed = [];
        Digest digest = await lists.PushAsync(list, pushed.Add, Token);
        Assert.Equal([first.ManifestDigest, second.ManifestDigest], pushed.Select(image => image.Digest!.Value));
        using JsonDocument raw = JsonDocument.Parse(registry.Raw("whole:1"));
        Assert.Equal(MediaTypes.OciIndex, raw.RootElement.GetProperty("mediaType").GetString());
        Assert.Equal(digest, Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(registry.Raw("whole:1"))));
        Assert.Equal(first.Id, (await test.PullAsync(list.Familiar, PlatformChoice.Parse("linux/amd64"))).Image.Id);
        Assert.Equal(second.Id, (await test.PullAsync(list.Familiar, PlatformChoice.Parse("arm64"))).Image.Id);

        lists.Remove(list);
        Assert.Equal($"No such manifest: {list}", Assert.Throws<BrigException>(() => lists.Remove(list)).Message);
        Assert.Empty(lists.Find(list));
        Assert.EndsWith("is a manifest list (name the images in it)", (await Assert.ThrowsAsync<BrigException>(() => lists.CreateAsync(list, [list], ExistingList.Refuse, Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_without_platforms_or_of_another_registry_is_not_pushed()
    {
        ImageReference part = Reference(registry.Put(TestImage.Small(82), "parts/odd:1")), list = Reference($"{registry.Address}/odd:1");
        using TestStore test = new();
        using Registries registries = new(_ => null, TestStore.Fast);
        ManifestLists.ManifestLists lists = new(test.Store, registries);
        Assert.Equal($"No such manifest: {list}", (await Assert.ThrowsAsync<BrigException>(() => lists.PushAsync(list, _ => { }, Token))).Message);
        await lists.CreateAsync(list, [part], ExistingList.Refuse, Token);
        lists.Annotate(list, part, new ManifestChange { Os = "" });
        Assert.Equal($"manifest {part} must have an OS and Architecture to be pushed to a registry", (await Assert.ThrowsAsync<BrigException>(() => lists.PushAsync(list, _ => { }, Token))).Message);
        ImageReference elsewhere = Reference("elsewhere.example/x:1");
        await lists.CreateAsync(elsewhere, [part], ExistingList.Refuse, Token);
        Assert.Equal($"cannot use source images from a different registry than the target image: {registry.Address} != elsewhere.example",
            (await Assert.ThrowsAsync<BrigException>(() => lists.PushAsync(elsewhere, _ => { }, Token))).Message);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ImageReference Reference(string name) => ImageReference.Parse(name);
}
