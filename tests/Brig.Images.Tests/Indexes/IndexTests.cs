using System.Text;
using Brig.Images.Archives;
using Brig.Images.Bundles;
using Brig.Images.Content;
using Brig.Images.Indexes;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Images.Tests.Indexes;

/// <summary>Images for several platforms under one name: pulled, kept, pushed, saved and loaded as one thing.</summary>
public sealed class IndexTests(RegistryServer registry) : IClassFixture<RegistryServer>
{
    [Fact]
    public async Task All_platforms_are_pulled_pushed_saved_and_loaded_as_one_thing_byte_for_byte()
    {
        TestIndex index = new(1, "linux/amd64", "linux/arm64", "linux/s390x");
        string name = index.PutInto(registry, "whole:1"), other = $"{registry.Address}/elsewhere/whole:2", third = $"{registry.Address}/third:3";
        using TestStore test = new();
        PullResult pulled = await test.PullAsync(name, new PullScope { All = true, WithArtifacts = true });
        Assert.Equal((index.Ids["linux/amd64"], index.Digest, PullOutcome.Downloaded), (pulled.Image.Id, pulled.Digest, pulled.Outcome));
        Assert.Equal(PullOutcome.UpToDate, (await test.PullAsync(name, new PullScope { All = true, WithArtifacts = true })).Outcome);
        Assert.Single(test.Store.List());
        AssertWhole(test, name, index);
        test.AssertClean();

        // A pull of one platform afterwards does not make less of it.
        Assert.Equal(PullOutcome.UpToDate, (await test.PullAsync(name)).Outcome);
        AssertWhole(test, name, index);

        test.Store.Tag(name, ImageReference.Parse(other));
        Assert.Equal(index.Digest, (await test.PushAsync(other)).Digest);
        Assert.Equal(Encoding.UTF8.GetString(index.Content), registry.Raw("elsewhere/whole:2"));

        using MemoryStream archive = new();
        new ImageSaver(test.Store).Save([other], [], archive, Token);
        using TestStore fresh = new();
        archive.Position = 0;
        LoadedImage loaded = Assert.Single(await new ImageLoader(fresh.Store).LoadAsync(archive, new LoadOptions(), Silent.Instance, Token));
        Assert.Equal([other], loaded.Tags.Select(tag => tag.Familiar));
        AssertWhole(fresh, other, index);
        fresh.AssertClean();
        fresh.Store.Tag(other, ImageReference.Parse(third));
        Assert.Equal(index.Digest, (await fresh.PushAsync(third)).Digest);
        Assert.Equal(Encoding.UTF8.GetString(index.Content), registry.Raw("third:3"));

        // skopeo reads all of it.
        Tool.Run("skopeo", "copy", "--all", "--preserve-digests", "--src-tls-verify=false", $"docker://{third}", $"dir:{Directory.CreateTempSubdirectory("brig-skopeo-").FullName}");

        fresh.Store.Remove(other, new RemovalOptions());
        AssertWhole(fresh, third, index);
        fresh.Store.Remove(third, new RemovalOptions());
        fresh.AssertEmpty();
        test.Store.Prune(PruneScope.Unused);
        test.AssertEmpty();
    }

    [Fact]
    public async Task Some_platforms_are_found_run_and_saved_by_their_names_and_pushed_only_where_the_rest_is()
    {
        TestIndex index = new(2, "linux/amd64", "linux/arm64", "linux/s390x");
        string name = index.PutInto(registry, "some:1"), other = $"{registry.Address}/some-else:1";
        using TestStore test = new();
        await test.PullAsync(name, new PullScope { Platforms = [PlatformChoice.Parse("arm64"), PlatformChoice.Parse("s390x")] });
        Assert.Equal(index.Ids["linux/arm64"], test.Store.Find(name)!.Id);
        Assert.Equal(index.Ids["linux/s390x"], test.Store.Find(name, PlatformChoice.Parse("s390x"))!.Id);
        Assert.Null(test.Store.Find(name, PlatformChoice.Parse("amd64")));
        test.AssertClean();

        Assert.Equal(index.Digest, (await test.PushAsync(name)).Digest);
        test.Store.Tag(name, ImageReference.Parse(other));
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => test.PushAsync(other));
        Assert.Equal($"{other} is for linux/amd64 too, which is not here (brig pull --all-platforms brings all, brig push --platform sends one)", error.Message);

        using MemoryStream archive = new();
        new ImageSaver(test.Store).Save([name], [PlatformChoice.Parse("s390x")], archive, Token);
        archive.Position = 0;
        using TestStore fresh = new();
        Assert.Equal(index.Ids["linux/s390x"], Assert.Single(await new ImageLoader(fresh.Store).LoadAsync(archive, new LoadOptions(), Silent.Instance, Token)).Image.Id);
        Assert.Null(fresh.Store.FindIndex(name));

        Image main = test.Store.Find(name)!, spare = test.Store.Find(name, PlatformChoice.Parse("s390x"))!;
        Assert.Throws<BrigException>(() => test.Store.RemoveFrom(test.Store.FindIndex(name)!, [main]));
        test.Store.RemoveFrom(test.Store.FindIndex(name)!, [spare]);
        Assert.Null(test.Store.Find(name, PlatformChoice.Parse("s390x")));
        test.AssertClean();
        test.Store.Remove(main.Id.Value, new RemovalOptions { Force = true });
        test.AssertEmpty();
    }

    [Fact]
    public async Task A_name_that_moves_on_leaves_nothing_of_the_index_that_it_meant()
    {
        TestIndex index = new(3, "linux/amd64", "linux/arm64");
        string name = index.PutInto(registry, "moving:1");
        using TestStore test = new();
        await test.PullAsync(name, new PullScope { All = true, WithArtifacts = true });
        test.Store.Tag(name, ImageReference.Parse("kept:1"));
        Image single = test.Load(TestTar.Of(("x", [1])));
        test.Store.Tag(single.Id, ImageReference.Parse(name));
        Assert.Null(test.Store.FindIndex(name));
        AssertWhole(test, "kept:1", index);
        test.Store.Remove("kept:1", new RemovalOptions());
        test.Store.Prune(PruneScope.Dangling);
        Assert.Equal([single.Id], test.Store.List().Select(image => image.Id));
        Assert.Equal(2, test.Files().Count);
        test.AssertClean();
    }

    [Fact]
    public async Task What_was_bundled_is_kept_under_its_names()
    {
        TestIndex index = new(4, "linux/amd64", "linux/arm64");
        string name = index.PutInto(registry, "bundled:1"), pushed = $"{registry.Address}/bundled:2";
        using TestStore test = new();
        await test.PullAsync(name, new PullScope { Platforms = [PlatformChoice.Parse("amd64"), PlatformChoice.Parse("arm64")] });
        Image[] images = [test.Store.Find(name)!, test.Store.Find(name, PlatformChoice.Parse("arm64"))!];
        ImageReference made = ImageReference.Parse(pushed);
        using (ContentLease lease = test.Store.Lease())
        {
            Attestation attestation = new("https://example.com/x", digest => Encoding.UTF8.GetBytes($"{{\"of\":\"{digest}\"}}"));
            using ImageBundle bundle = new BundleMaker(test.Store).Make([new BundledImage(images[0], [attestation]), new BundledImage(images[1], [])], new BundleOptions(), lease, Token);
            new BundleKeeper(test.Store).Keep(bundle, [made], lease);
            Assert.Equal(bundle.Root.Digest, test.Store.FindIndex(made)!.Digest);
        }

        test.AssertClean();
        test.Store.Remove(name, new RemovalOptions());
        Assert.Equal(3, test.Store.MembersOf(test.Store.FindIndex(made)!).Count(member => member.Image is not null));
        Assert.Equal(test.Store.FindIndex(made)!.Digest, (await test.PushAsync(pushed)).Digest);
        test.AssertClean();
        test.Store.Remove(pushed, new RemovalOptions());
        test.AssertEmpty();
    }

    private static void AssertWhole(TestStore test, string name, TestIndex index)
    {
        StoredIndex stored = test.Store.FindIndex(name)!;
        Assert.Equal(index.Digest, stored.Digest);
        IReadOnlyList<IndexMember> members = test.Store.MembersOf(stored);
        Assert.Equal(index.Ids.Count + 1, members.Count);
        Assert.DoesNotContain(members, member => member.Image is null);
        foreach ((string platform, Digest id) in index.Ids)
        {
            Assert.Equal(id, test.Store.Find(name, PlatformChoice.Parse(platform))!.Id);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
