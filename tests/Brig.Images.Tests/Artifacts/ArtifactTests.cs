using System.Text;
using Brig.Images.Archives;
using Brig.Images.Registry;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Images.Usage;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Tests.Artifacts;

/// <summary>What has a manifest and is no image: kept as it came, told as what it is, sent on as it came.</summary>
public sealed class ArtifactTests(RegistryServer registry) : IClassFixture<RegistryServer>
{
    private static readonly byte[] s_chart = Encoding.UTF8.GetBytes("a chart, or whatever this is " + new string('x', 70_000)), s_config = """{"name":"chart"}"""u8.ToArray();

    [Fact]
    public async Task An_artifact_is_stored_listed_sent_on_saved_and_loaded_as_it_came()
    {
        byte[] manifest = Manifest("application/vnd.cncf.helm.config.v1+json", null, null);
        string name = await PutAsync("charts/app:1", manifest), copy = $"{registry.Address}/charts/copy:2";
        using TestStore test = new();
        Assert.Equal(ErrorKind.Unsupported, (await Assert.ThrowsAsync<BrigException>(() => test.PullAsync(name))).Kind);
        test.AssertEmpty();

        PullResult pulled = await test.PullAsync(name, new PullScope { WithArtifacts = true });
        Assert.Equal((Digest.Sha256(manifest), "application/vnd.cncf.helm.config.v1+json"), (pulled.Image.Id, pulled.Image.ArtifactType));
        Assert.Equal(PullOutcome.UpToDate, (await test.PullAsync(name, new PullScope { WithArtifacts = true })).Outcome);
        Image artifact = Assert.Single(test.Store.List());
        Assert.Equal((s_chart.Length + s_config.Length, 0), (artifact.Size, artifact.Layers.Count));
        Assert.Equal($"{name} is no image but an artifact of type application/vnd.cncf.helm.config.v1+json: there is nothing to run in it (brig manifest inspect shows it)",
            Assert.Throws<BrigException>(() => artifact.Config).Message);
        Assert.Equal(s_chart, await File.ReadAllBytesAsync(Path.Combine(test.Root.Blobs, "sha256", Digest.Sha256(s_chart).Hex), Token));
        test.AssertClean();
        StoreUsage usage = StoreUsage.Of(test.Store);
        Assert.Equal((long.Parse(Tool.Run("sh", "-c", $"du -cB1 {test.Root.Blobs}/sha256/* | tail -n 1 | cut -f1"), System.Globalization.CultureInfo.InvariantCulture), 0), (usage.ImagesSize, usage.Unfinished.Count));

        test.Store.Tag(name, ImageReference.Parse(copy));
        Assert.Equal(Digest.Sha256(manifest), (await test.PushAsync(copy)).Digest);
        Assert.Equal(Encoding.UTF8.GetString(manifest), registry.Raw("charts/copy:2"));

        using MemoryStream archive = new();
        new ImageSaver(test.Store).Save([copy], [], archive, Token);
        archive.Position = 0;
        using TestStore fresh = new();
        Assert.Equal(Digest.Sha256(manifest), Assert.Single(await new ImageLoader(fresh.Store).LoadAsync(archive, new LoadOptions(), Silent.Instance, Token)).Image.Id);
        fresh.AssertClean();
        Assert.Equal(Digest.Sha256(manifest), (await fresh.PushAsync(copy)).Digest);
        Assert.Equal([$"Untagged: {copy}", $"Untagged: {registry.Address}/charts/copy@{artifact.Id}", $"Deleted: {artifact.Id}"], fresh.Store.Remove(copy, new RemovalOptions()).Select(item => item.ToString()));
        fresh.AssertEmpty();

        // What is damaged is seen.
        await File.WriteAllBytesAsync(Path.Combine(test.Root.Blobs, "sha256", Digest.Sha256(s_chart).Hex), new byte[s_chart.Length], Token);
        Assert.Equal($"blob {Digest.Sha256(s_chart).Short} of artifact {artifact.Id.Short} is missing or damaged (remove the image and pull it again)", Assert.Single(test.Store.Check(CheckMode.Report)).Problem);
        test.Store.Prune(PruneScope.Unused);
        test.AssertEmpty();
    }

    [Fact]
    public async Task What_refers_to_an_image_comes_and_goes_with_it()
    {
        TestImage image = TestImage.Small(75);
        string name = registry.Put(image, "referred:1"), copy = $"{registry.Address}/referred-copy:1";
        byte[] signature = Manifest("application/vnd.oci.empty.v1+json", "application/x-signature", image.ManifestDigest);
        await PutAsync($"referred@{Digest.Sha256(signature)}", signature);
        using TestStore test = new();
        PullResult pulled = await test.PullAsync(name, new PullScope { WithArtifacts = true, WithReferrers = true });
        Assert.Equal(image.Id, pulled.Image.Id);
        Image artifact = Assert.Single(test.Store.List(), other => other.ArtifactType is not null);
        Assert.Equal([$"{registry.Address}/referred@{Digest.Sha256(signature)}"], artifact.Digests.Select(digest => digest.Familiar));
        test.AssertClean();

        // Pushed elsewhere it is entered there in the list of what refers to the image, which this registry keeps as a tag.
        test.Store.Tag(name, ImageReference.Parse(copy));
        await test.PushAsync(copy);
        using Registries registries = new(_ => null, TestStore.Fast);
        RepositoryContents contents = new(registries);
        Assert.Empty(await contents.ReferrersAsync(ImageReference.Parse(copy), null, Token));
        Assert.Equal(1, await new ImagePusher(test.Store, registries).PushReferrersAsync(ImageReference.Parse(copy), Silent.Instance, Token));
        await new ImagePusher(test.Store, registries).PushReferrersAsync(ImageReference.Parse(copy), Silent.Instance, Token);
        Descriptor referrer = Assert.Single(await contents.ReferrersAsync(ImageReference.Parse(copy), "application/x-signature", Token));
        Assert.Equal(Digest.Sha256(signature), referrer.Digest);
    }

    private async Task<string> PutAsync(string name, byte[] manifest)
    {
        using Registries registries = new(_ => null, TestStore.Fast);
        ImageReference reference = ImageReference.Parse($"{registry.Address}/{name}");
        RepositoryWriter writer = new(registries, reference, registries.Settings.Configuration.TargetOf(reference));
        foreach (byte[] blob in new[] { s_chart, s_config })
        {
            await writer.UploadAsync(Digest.Sha256(blob), blob.Length, (start, length, _) => new MemoryStream(blob, (int)start, (int)length), Token);
        }

        await writer.PutManifestAsync(reference.Digest?.Value ?? reference.Tag!, MediaTypes.OciManifest, manifest, Token);
        return reference.Familiar;
    }

    private static byte[] Manifest(string configType, string? artifactType, Digest? subject) => Encoding.UTF8.GetBytes($$"""
        { "schemaVersion":2,  "mediaType":"{{MediaTypes.OciManifest}}",{{(artifactType is null ? "" : $"\"artifactType\":\"{artifactType}\",")}}
         "config":{"mediaType":"{{configType}}","size":{{s_config.Length}},"digest":"{{Digest.Sha256(s_config)}}"},
         "layers":[{"mediaType":"application/x-whatever","size":{{s_chart.Length}},"digest":"{{Digest.Sha256(s_chart)}}"}],
         {{(subject is null ? "" : $"\"subject\":{{\"mediaType\":\"{MediaTypes.OciManifest}\",\"size\":2,\"digest\":\"{subject}\"}},")}}"annotations":{"org.opencontainers.image.created":"2024-05-06T07:08:09Z"} }
        """);

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
