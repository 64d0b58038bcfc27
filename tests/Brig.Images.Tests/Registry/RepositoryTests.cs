using System.Text;
using Brig.Images.Registry;
using Brig.Images.Tests.Support;
using Brig.Oci;
using Brig.Oci.Images;
using static Brig.Images.Tests.Support.BadServer;

namespace Brig.Images.Tests.Registry;

/// <summary>Tags, referrers, artifacts and deletion.</summary>
public sealed class RepositoryTests(RegistryServer registry) : IClassFixture<RegistryServer>
{
    [Fact]
    public async Task Tags_are_listed_and_removed()
    {
        TestImage image = TestImage.Small(70);
        string name = registry.Put(image, "listed:1");
        registry.Put(image, "listed:2");
        registry.Put(TestImage.Small(71), "listed:other");
        using Registries registries = new(_ => null, TestStore.Fast);
        RepositoryContents contents = new(registries);
        ImageReference repository = ImageReference.Parse($"{registry.Address}/listed");
        Assert.Equal(["1", "2", "other"], (await contents.TagsAsync(repository, Token)).Order());

        // This registry removes no tags alone: the manifest goes, with both tags.
        Assert.Equal(image.ManifestDigest.ToString(), await contents.RemoveAsync(ImageReference.Parse(name), Token));
        Assert.Equal(["other"], await contents.TagsAsync(repository, Token));
        Assert.Equal(ErrorKind.NotFound, (await Assert.ThrowsAsync<BrigException>(() => contents.RemoveAsync(ImageReference.Parse(name), Token))).Kind);
        Assert.Equal($"pull access denied for {registry.Address}/none, repository does not exist or may require 'brig login'",
            (await Assert.ThrowsAsync<BrigException>(() => contents.TagsAsync(ImageReference.Parse($"{registry.Address}/none"), Token))).Message);
    }

    [Fact]
    public async Task A_long_list_of_tags_comes_in_pages_of_the_same_registry_and_has_an_end()
    {
        using BadServer elsewhere = new((_, _, _) => Answer.Ok("""{"tags":["stolen"]}"""u8.ToArray()));
        using BadServer server = new((path, _, self) => path switch
        {
            "/v2/" => Answer.Ok("{}"u8.ToArray()),
            "/v2/x/tags/list?n=1000" => Answer.Ok("""{"name":"x","tags":["a","-bad-","b"]}"""u8.ToArray(), more: "Link: </v2/x/tags/list?n=1000&last=b>; rel=\"next\"\r\n"),
            "/v2/x/tags/list?n=1000&last=b" => Answer.Ok("""{"name":"x","tags":["c",null]}"""u8.ToArray(), more: $"Link: <http://{elsewhere.Address}/v2/x/tags/list>; rel=\"next\"\r\n"),
            "/v2/none/tags/list?n=1000" => Answer.Ok("""{"name":"none","tags":null}"""u8.ToArray()),
            "/v2/bad/tags/list?n=1000" => Answer.Ok("[1]"u8.ToArray()),
            _ => Answer.Ok(Encoding.UTF8.GetBytes($$"""{"tags":[{{string.Join(',', Enumerable.Repeat("\"t\"", 1000))}}]}"""), more: $"Link: <{path}>; rel=\"next\"\r\n"),
        });
        using Registries registries = new(_ => null, TestStore.Fast);
        RepositoryContents contents = new(registries);
        Assert.Equal(["a", "b", "c"], await contents.TagsAsync(ImageReference.Parse($"{server.Address}/x"), Token));
        Assert.Empty(elsewhere.Requests);
        Assert.Empty(await contents.TagsAsync(ImageReference.Parse($"{server.Address}/none"), Token));
        Assert.Contains("something that is no list of tags", (await Assert.ThrowsAsync<BrigException>(() => contents.TagsAsync(ImageReference.Parse($"{server.Address}/bad"), Token))).Message, StringComparison.Ordinal);
        Assert.Contains("does not end", (await Assert.ThrowsAsync<BrigException>(() => contents.TagsAsync(ImageReference.Parse($"{server.Address}/endless"), Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_refers_to_an_image_is_found_by_the_tag_that_stands_in_for_the_list()
    {
        TestImage image = TestImage.Small(72);
        string name = registry.Put(image, "signed:1");
        using Registries registries = new(_ => null, TestStore.Fast);
        ImageReference reference = ImageReference.Parse(name);
        Assert.Empty(await new RepositoryContents(registries).ReferrersAsync(reference, null, Token));

        RepositoryWriter writer = new(registries, reference, registries.Settings.Configuration.TargetOf(reference));
        byte[] empty = "{}"u8.ToArray(), artifact = Artifact(image.ManifestDigest, "application/x-signature");
        await writer.UploadAsync(Digest.Sha256(empty), empty.Length, (start, length, _) => new MemoryStream(empty, (int)start, (int)length), Token);
        await writer.PutManifestAsync(Digest.Sha256(artifact).Value, MediaTypes.OciManifest, artifact, Token);
        byte[] index = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{"mediaType":"{{MediaTypes.OciManifest}}","size":{{artifact.Length}},"digest":"{{Digest.Sha256(artifact)}}","artifactType":"application/x-signature"}]}
            """);
        await writer.PutManifestAsync($"sha256-{image.ManifestDigest.Hex}", MediaTypes.OciIndex, index, Token);

        Assert.Equal(Digest.Sha256(artifact), Assert.Single(await new RepositoryContents(registries).ReferrersAsync(reference, null, Token)).Digest);
        Assert.Single(await new RepositoryContents(registries).ReferrersAsync(reference, "application/x-signature", Token));
        Assert.Empty(await new RepositoryContents(registries).ReferrersAsync(reference, "application/x-other", Token));

        using TestStore test = new();
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => test.PullAsync($"{registry.Address}/signed@{Digest.Sha256(artifact)}"));
        Assert.Equal($"{registry.Address}/signed@{Digest.Sha256(artifact)} is no image but an artifact of type application/x-signature: there is nothing to run in it (brig manifest inspect shows it)", error.Message);
        test.AssertEmpty();
    }

    [Fact]
    public async Task A_registry_with_a_list_of_referrers_is_asked_for_it()
    {
        byte[] index = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[
            {"mediaType":"{{MediaTypes.OciManifest}}","size":2,"digest":"{{Digest.Sha256("a"u8)}}","artifactType":"a/b"},
            {"mediaType":"{{MediaTypes.OciManifest}}","size":2,"digest":"{{Digest.Sha256("b"u8)}}","artifactType":"c/d"}]}
            """);
        Digest subject = Digest.Sha256("s"u8);
        using BadServer server = new((path, _, _) => path.StartsWith($"/v2/x/referrers/{subject}", StringComparison.Ordinal) ? Answer.Ok(index, MediaTypes.OciIndex) : Answer.Ok("{}"u8.ToArray()));
        using Registries registries = new(_ => null, TestStore.Fast);
        ImageReference image = ImageReference.Parse($"{server.Address}/x@{subject}");
        Assert.Equal(2, (await new RepositoryContents(registries).ReferrersAsync(image, null, Token)).Count);
        Assert.Equal("c/d", Assert.Single(await new RepositoryContents(registries).ReferrersAsync(image, "c/d", Token)).ArtifactType);
        Assert.Contains(server.Requests, request => request.StartsWith($"GET /v2/x/referrers/{subject}?artifactType=c%2Fd ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_search_is_told_as_it_is_answered_and_its_want_is_one_line()
    {
        using BadServer server = new((path, _, _) => path.StartsWith("/v1/search?q=app&n=", StringComparison.Ordinal)
            ? Answer.Ok("""{"num_results":2,"results":[{"name":"few","star_count":1},null,{"name":"many","description":"a\nb","star_count":50,"is_official":true}]}"""u8.ToArray())
            : path.StartsWith("/v1/", StringComparison.Ordinal) ? Answer.Ok("nonsense"u8.ToArray()) : Answer.Ok("{}"u8.ToArray()));
        using Registries registries = new(_ => null, TestStore.Fast);
        RegistrySearch search = new(registries);
        Assert.Equal(["many", "few"], (await search.RunAsync($"{server.Address}/app", 0, Token)).Select(result => result.Name));
        Assert.Equal(["many"], (await search.RunAsync($"{server.Address}/app", 1, Token)).Select(result => result.Name));
        Assert.Contains("not what a search gives", (await Assert.ThrowsAsync<BrigException>(() => search.RunAsync($"{server.Address}/other", 0, Token))).Message, StringComparison.Ordinal);

        // docker-registry has no search, but tells what repositories it has.
        registry.Put(TestImage.Small(74), "team/found:1");
        registry.Put(TestImage.Small(74), "other/one:1");
        Assert.Equal([$"{registry.Address}/team/found"], (await search.RunAsync($"{registry.Address}/FOUND", 0, Token)).Select(result => result.Name));
        Assert.Single(await search.RunAsync($"{registry.Address}/o", 1, Token));
        using BadServer neither = new((path, _, _) => path == "/v2/" ? Answer.Ok("{}"u8.ToArray()) : Answer.Of("404 Not Found"));
        Assert.Equal($"{neither.Address} has no search and no list of its repositories (brig registry tags {neither.Address}/NAME lists the tags of a repository)",
            (await Assert.ThrowsAsync<BrigException>(() => search.RunAsync($"{neither.Address}/app", 0, Token))).Message);
        await Assert.ThrowsAsync<BrigException>(() => search.RunAsync("app", 101, Token));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static byte[] Artifact(Digest subject, string type) => Encoding.UTF8.GetBytes($$"""
        {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","artifactType":"{{type}}",
         "config":{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":"{{Digest.Sha256("{}"u8)}}"},
         "layers":[{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":"{{Digest.Sha256("{}"u8)}}"}],
         "subject":{"mediaType":"{{MediaTypes.OciManifest}}","size":2,"digest":"{{subject}}"} }
        """);
}
