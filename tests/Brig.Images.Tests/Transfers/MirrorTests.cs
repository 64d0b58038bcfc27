using Brig.Images.Registry;
using Brig.Images.Registry.Configuration;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Images.Tests.Transfers;

public sealed class MirrorTests(RegistryServer registry) : IClassFixture<RegistryServer>
{
    [Fact]
    public async Task A_mirror_is_asked_first_and_its_registry_where_it_does_not_help()
    {
        using RegistryServer mirror = new();
        TestImage image = TestImage.Small(60), other = TestImage.Small(61);
        string mirrored = mirror.Put(image, "hub/team/image:1"), only = registry.Put(other, "team/image:2");
        Assert.EndsWith("/hub/team/image:1", mirrored, StringComparison.Ordinal);
        string down = $"127.0.0.1:{RegistryServer.FreePort()}";
        using TestStore test = new();
        using Registries registries = Configured($"""
            [[registry]]
            location = "{registry.Address}"
            [[registry.mirror]]
            location = "{down}"
            [[registry.mirror]]
            location = "{mirror.Address}/hub"
            """);

        // Only the mirror has the first, only the registry the second; both get the name that was asked for.
        PullResult first = await PullAsync(test, registries, $"{registry.Address}/team/image:1");
        Assert.Equal((image.Id, $"{registry.Address}/team/image:1"), (first.Image.Id, first.Image.Tags[0].Familiar));
        PullResult second = await PullAsync(test, registries, only);
        Assert.Equal(other.Id, second.Image.Id);

        BrigException error = await Assert.ThrowsAsync<BrigException>(() => PullAsync(test, registries, $"{registry.Address}/team/image:3"));
        Assert.StartsWith($"manifest for {registry.Address}/team/image:3 not found: manifest unknown (before that: {down}/team/image: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        test.AssertClean();
    }

    [Fact]
    public async Task A_mirror_with_damaged_layers_is_passed_over()
    {
        TestImage image = TestImage.Small(62);
        string name = registry.Put(image, "team/damaged:1");
        using BadServer mirror = BadServer.For(image, (path, _) =>
            path.EndsWith(Digest.Sha256(image.Layers[0].Blob).Hex, StringComparison.Ordinal) ? BadServer.Answer.Ok([.. image.Layers[0].Blob[..^1], 0xff]) : null);
        using TestStore test = new();
        using Registries registries = Configured($"[[registry]]\nlocation = \"{registry.Address}\"\n[[registry.mirror]]\nlocation = \"{mirror.Address}\"\n");
        Assert.Equal(image.Id, (await PullAsync(test, registries, name)).Image.Id);
        Assert.Contains(mirror.Requests, request => request.Contains("/blobs/", StringComparison.Ordinal));
        test.AssertClean();
    }

    [Fact]
    public async Task A_short_name_is_looked_for_in_the_registries_to_be_searched()
    {
        TestImage image = TestImage.Small(63);
        registry.Put(image, "searched:1");
        string down = $"127.0.0.1:{RegistryServer.FreePort()}";
        using TestStore test = new();
        using Registries registries = Configured($"unqualified-search-registries = [\"{down}\", \"{registry.Address}\"]\n");
        PullResult result = await new ImagePuller(test.Store, registries).PullAsync("searched:1", PullScope.Of(Platform.Host), Silent.Instance, TestContext.Current.CancellationToken);
        Assert.Equal($"{registry.Address}/searched:1", result.Reference.Familiar);
        Assert.Equal(image.Id, result.Image.Id);
    }

    private static Registries Configured(string text)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            return new Registries(new RegistrySettings { Timeouts = TestStore.Fast, Configuration = RegistryConfigurationFiles.Read([path]) });
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Task<PullResult> PullAsync(TestStore test, Registries registries, string name) =>
        new ImagePuller(test.Store, registries).PullAsync(ImageReference.Parse(name), PullScope.Of(Platform.Host), Silent.Instance, TestContext.Current.CancellationToken);
}
