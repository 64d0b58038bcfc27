using System.Text;
using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Images.Tests.Support;
using Brig.Oci;

namespace Brig.Images.Tests;

public sealed class ImageStoreTests : IDisposable
{
    private readonly TestStore _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void An_image_is_found_by_reference_ID_and_prefix()
    {
        Image image = Add("a", "debian:12");
        Assert.Equal(image.Id, _test.Store.Find("debian:12")?.Id);
        Assert.Equal(image.Id, _test.Store.Find("docker.io/library/debian:12")?.Id);
        Assert.Equal(image.Id, _test.Store.Find(image.Id.Value)?.Id);
        Assert.Equal(image.Id, _test.Store.Find(image.Id.Hex)?.Id);
        Assert.Equal(image.Id, _test.Store.Find(image.Id.Short)?.Id);
        Assert.Null(_test.Store.Find("debian"));
        Assert.Equal("No such image: debian:latest", Assert.Throws<BrigException>(() => _test.Store.Get("debian")).Message);
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<BrigException>(() => _test.Store.Get("sha256:" + new string('0', 64))).Kind);
    }

    [Fact]
    public void A_prefix_of_two_IDs_is_refused()
    {
        Dictionary<char, string> seen = [];
        for (int i = 0; ; i++)
        {
            string id = Add($"content {i}", null).Id.Hex;
            if (!seen.TryAdd(id[0], id))
            {
                Assert.Contains("ambiguous", Assert.Throws<BrigException>(() => _test.Store.Find(id[..1])).Message, StringComparison.Ordinal);
                return;
            }
        }
    }

    [Fact]
    public void Removing_one_of_two_tags_only_untags()
    {
        Image image = Add("a", "one:1");
        _test.Store.Tag(image.Id, ImageReference.Parse("two"));
        Assert.Equal(["Untagged: one:1"], Remove("one:1"));
        Assert.Equal(["Untagged: two:latest", $"Deleted: {image.Id}", $"Deleted: {image.Layers[0]}"], Remove("two"));
        _test.AssertEmpty();
    }

    [Fact]
    public void Removing_by_ID_with_names_in_two_repositories_needs_force()
    {
        Image image = Add("a", "one:1");
        _test.Store.Tag(image.Id, ImageReference.Parse("two"));
        Assert.Equal($"conflict: unable to delete {image.Id.Short} (must be forced) - image is referenced in multiple repositories",
            Assert.Throws<BrigException>(() => Remove(image.Id.Short)).Message);
        Assert.Equal(["Untagged: one:1", "Untagged: two:latest", $"Deleted: {image.Id}", $"Deleted: {image.Layers[0]}"], Remove(image.Id.Short, force: true));
    }

    [Fact]
    public void A_used_image_goes_by_force_only_and_its_layers_with_the_last_use()
    {
        Image image = Add("a", "one:1");
        string container = new('c', 64);
        _test.Store.Use($"container:{container}", image.Id);
        Assert.Equal($"conflict: unable to remove repository reference \"one:1\" (must force) - container cccccccccccc is using its referenced image {image.Id.Short}",
            Assert.Throws<BrigException>(() => Remove("one:1")).Message);
        Assert.Equal($"conflict: unable to delete {image.Id.Short} (must be forced) - image is being used by stopped container cccccccccccc",
            Assert.Throws<BrigException>(() => Remove(image.Id.Hex)).Message);
        Assert.Equal($"conflict: unable to delete {image.Id.Short} (cannot be forced) - image is being used by running container cccccccccccc",
            Assert.Throws<BrigException>(() => _test.Store.Remove(image.Id.Hex, new RemovalOptions { Force = true, IsRunning = _ => true })).Message);

        Assert.Equal(["Untagged: one:1", $"Deleted: {image.Id}"], Remove("one:1", force: true));
        Assert.Empty(_test.Store.List());
        Assert.Null(_test.Store.Find(image.Id.Value));
        Assert.True(_test.Store.Find(image.Id)?.IsHidden);
        Assert.All(_test.Store.LowersOf(image), lower => Assert.True(Directory.Exists(lower)));
        _test.AssertClean();

        _test.Store.Release($"container:{container}");
        _test.AssertEmpty();
        Assert.Throws<BrigException>(() => _test.Store.Use("container:x", image.Id));
    }

    [Fact]
    public void An_image_for_one_user_is_in_no_list_and_goes_with_it()
    {
        using (_test.Store.Lease())
        {
            _test.Store.AddFor("cache:1", Config(Layer("a")));
        }

        Assert.Empty(_test.Store.List());
        _test.AssertClean();
        _test.Store.Release("cache:1");
        _test.AssertEmpty();
    }

    [Fact]
    public void What_a_build_kept_for_itself_goes_with_it_and_not_before()
    {
        using (ContentLease lease = _test.Store.Lease())
        {
            Image kept = _test.Store.AddFor(lease, Config(Layer("a")));
            Assert.Empty(_test.Store.List());
            Assert.Empty(_test.Store.Check(CheckMode.Repair));
            Assert.NotNull(_test.Store.Find(kept.Id));
        }

        _test.AssertClean();
        _test.AssertEmpty();
    }

    [Fact]
    public void What_is_kept_for_a_build_that_nobody_knows_is_found()
    {
        using (_test.Store.Lease())
        {
            _test.Store.AddFor("build:lease-none", Config(Layer("a")));
        }

        Assert.Equal(new CheckFinding("an image is kept for a build that ended", true), Assert.Single(_test.Store.Check(CheckMode.Repair)));
        _test.AssertClean();
        _test.AssertEmpty();
    }

    [Fact]
    public void A_layer_that_two_images_share_stays_until_the_second_goes()
    {
        DiffId shared = Layer("shared");
        using (_test.Store.Lease())
        {
            _test.Store.Add(Config(shared, Layer("x")), ImageReference.Parse("x"));
            _test.Store.Add(Config(shared, Layer("y")), ImageReference.Parse("y"));
        }

        Assert.Equal(3, Remove("x").Count);
        Assert.NotNull(_test.Store.Layers.Find(shared));
        _test.AssertClean();
        Remove("y");
        _test.AssertEmpty();
    }

    [Fact]
    public void Layers_live_as_long_as_a_lease()
    {
        using (ContentLease lease = _test.Store.Lease())
        {
            lease.Hold([Layer("kept")]);
            Assert.Empty(_test.Store.Check(CheckMode.Repair));
            Assert.Single(_test.Store.Layers.All());
        }

        _test.AssertEmpty();
    }

    [Fact]
    public void What_belongs_to_nobody_is_found_and_removed()
    {
        DiffId orphan = Layer("orphan");
        string blob = Path.Combine(_test.Root.Blobs, "sha256", new string('a', 64));
        File.WriteAllText(blob, "x");
        Assert.Equal([$"layer {orphan.Digest.Short} belongs to no image", "blob aaaaaaaaaaaa belongs to no image"], _test.Store.Check(CheckMode.Report).Select(finding => finding.Problem));
        Assert.All(_test.Store.Check(CheckMode.Repair), finding => Assert.True(finding.Repaired));
        _test.AssertEmpty();
        _test.AssertClean();
    }

    [Fact]
    public void A_missing_layer_is_found()
    {
        Image image = Add("a", "a");
        _test.Store.Layers.Remove(image.Layers[0]);
        Assert.Contains("lacks layer", Assert.Single(_test.Store.Check(CheckMode.Report)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void History_has_a_size_for_each_step_with_a_layer()
    {
        DiffId first = Layer("first"), second = Layer("second!");
        using ContentLease lease = _test.Store.Lease();
        Image image = _test.Store.Add(Encoding.UTF8.GetBytes($$"""
            {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["{{first}}","{{second}}"]},
            "history":[{"created_by":"ADD","comment":"c"},{"created_by":"ENV","empty_layer":true},{"created_by":"RUN"}]}
            """), ImageReference.Parse("h"));
        Assert.Equal([("RUN", 7L, image.Id), ("ENV", 0L, null), ("ADD", 5L, null)], _test.Store.HistoryOf(image).Select(step => (step.CreatedBy, step.Size, step.Id)));
    }

    private IReadOnlyList<string> Remove(string name, bool force = false) => [.. _test.Store.Remove(name, new RemovalOptions { Force = force }).Select(item => item.ToString())];

    private Image Add(string content, string? tag)
    {
        using ContentLease lease = _test.Store.Lease();
        return _test.Store.Add(Config(Layer(content)), tag is null ? null : ImageReference.Parse(tag));
    }

    private DiffId Layer(string content) =>
        _test.Store.Layers.Ingest(new MemoryStream(TestTar.Of(("file", Encoding.UTF8.GetBytes(content)))), null, () => [], TestContext.Current.CancellationToken).DiffId;

    private static byte[] Config(params DiffId[] layers) =>
        Encoding.UTF8.GetBytes($$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[{{string.Join(',', layers.Select(layer => $"\"{layer}\""))}}] } }""");
}
