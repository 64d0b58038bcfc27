using System.Collections.Concurrent;
using System.Text;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Tests.Transfers;

public sealed class PullTests(RegistryServer registry) : IClassFixture<RegistryServer>
{
    [Fact]
    public async Task A_pulled_image_is_byte_for_byte_what_the_registry_has()
    {
        using TestStore test = new();
        byte[] zstd = TestTar.Random("z", 200_000, 5);
        TestImage image = new(TestImage.Gzip(TestTar.Random("a", 300_000, 4)), (zstd, TestTar.Zstd(zstd), MediaTypes.OciLayerZstd), (TestTar.Of(("plain", [1])), TestTar.Of(("plain", [1])), MediaTypes.OciLayer));
        string name = registry.Put(image, "exact:1");
        ConcurrentBag<TransferProgress> news = [];
        PullResult result = await test.PullAsync(name, progress: new Collect(news));

        Assert.Equal(PullOutcome.Downloaded, result.Outcome);
        Assert.Equal(image.ManifestDigest, result.Digest);
        Assert.Equal(image.Id, result.Image.Id);
        Assert.Equal(image.Config, result.Image.ConfigBytes.ToArray());
        Assert.Equal(name, Assert.Single(result.Image.Tags).Familiar);
        Assert.Equal($"{registry.Address}/exact@{image.ManifestDigest}", Assert.Single(result.Image.Digests).Familiar);
        Assert.Equal(300_000 + 200_000 + 1, result.Image.Size);
        Assert.Equal([1], File.ReadAllBytes(Path.Combine(test.Store.LowersOf(result.Image)[0], "plain")));
        Assert.Equal(3, news.Count(item => item.State == TransferState.Pulled));
        test.AssertClean();

        Assert.Equal(PullOutcome.UpToDate, (await test.PullAsync(name)).Outcome);
        Assert.Equal(result.Image.Id, (await test.PullAsync($"{registry.Address}/exact@{image.ManifestDigest}")).Image.Id);
    }

    [Fact]
    public async Task Layers_in_the_store_are_not_fetched_again()
    {
        using TestStore test = new();
        (byte[], byte[], string) shared = TestImage.Gzip(TestTar.Random("base", 100_000, 9));
        TestImage first = new(shared), second = new(shared, TestImage.Gzip(TestTar.Random("top", 1000, 10)), shared);
        await test.PullAsync(registry.Put(first, "shared:1"));
        ConcurrentBag<TransferProgress> news = [];
        PullResult result = await test.PullAsync(registry.Put(second, "shared:2"), progress: new Collect(news));
        Assert.Single(news, item => item.State == TransferState.AlreadyHere);
        Assert.Single(news, item => item.State == TransferState.Pulled);
        Assert.Equal(2, test.Store.LowersOf(result.Image).Count);
        test.AssertClean();
    }

    [Fact]
    public async Task A_tag_that_moved_leaves_the_old_image_without_a_name()
    {
        using TestStore test = new();
        string name = registry.Put(TestImage.Small(20), "moving:1");
        Digest old = (await test.PullAsync(name)).Image.Id;
        registry.Put(TestImage.Small(21), "moving:1");
        Assert.NotEqual(old, (await test.PullAsync(name)).Image.Id);
        Assert.Empty(test.Store.Get(old.ToString()).Tags);
        Assert.Single(test.Store.Prune(PruneScope.Dangling).Items, item => item.Deleted == old.ToString());
        test.AssertClean();
    }

    [Fact]
    public async Task An_index_is_followed_to_the_platform_and_attestations_are_passed_over()
    {
        using TestStore test = new();
        TestImage image = TestImage.Small(30);
        byte[] index = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[
            {"mediaType":"{{MediaTypes.OciManifest}}","size":2,"digest":"{{Digest.Sha256("x"u8)}}","platform":{"architecture":"unknown","os":"unknown"},"annotations":{"vnd.docker.reference.type":"attestation-manifest"} },
            {"mediaType":"{{MediaTypes.OciManifest}}","size":2,"digest":"{{Digest.Sha256("y"u8)}}","platform":{"architecture":"arm64","os":"linux","variant":"v8"} },
            {"mediaType":"{{MediaTypes.OciManifest}}","size":{{image.Manifest.Length}},"digest":"{{image.ManifestDigest}}","platform":{"architecture":"amd64","os":"linux"} } ] }
            """);
        using BadServer server = BadServer.For(image, (path, _) => path.EndsWith("/manifests/latest", StringComparison.Ordinal) ? BadServer.Answer.Ok(index, MediaTypes.OciIndex) : null);
        PullResult result = await test.PullAsync($"{server.Address}/multi", PlatformChoice.Parse("linux/amd64"));
        Assert.Equal(image.Id, result.Image.Id);
        Assert.Equal(Digest.Sha256(index), result.Digest);
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => test.PullAsync($"{server.Address}/multi", PlatformChoice.Parse("linux/s390x")));
        Assert.Equal($"no matching manifest for linux/s390x in the manifest list entries of {server.Address}/multi:latest", error.Message);
    }

    [Fact]
    public async Task Two_pulls_of_one_image_at_once_both_succeed()
    {
        using TestStore test = new();
        string name = registry.Put(TestImage.Small(40), "twice:1");
        PullResult[] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => test.PullAsync(name)));
        Assert.Single(results.Select(result => result.Image.Id).Distinct());
        test.AssertClean();
    }

    [Fact]
    public async Task Removing_images_never_takes_a_layer_from_a_pull()
    {
        using TestStore test = new();
        (byte[], byte[], string) shared = TestImage.Gzip(TestTar.Random("base", 50_000, 50));
        string[] names = [.. Enumerable.Range(0, 4).Select(i => registry.Put(new TestImage(shared, TestImage.Gzip(TestTar.Random("top", 1000, 51 + i))), $"race:{i}"))];
        await Task.WhenAll(names.Select(name => Task.Run(async () =>
        {
            for (int i = 0; i < 12; i++)
            {
                PullResult result = await test.PullAsync(name);
                Assert.All(test.Store.LowersOf(result.Image), lower => Assert.True(Directory.Exists(lower)));
                test.Store.Remove(name, new RemovalOptions());
            }
        })));
        test.AssertClean();
        test.AssertEmpty();
    }

    private sealed class Collect(ConcurrentBag<TransferProgress> news) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => news.Add(value);
    }
}
