using System.Text;
using System.Text.Json;
using Brig.Images.Archives;
using Brig.Images.Tests.Support;
using Brig.Oci;

namespace Brig.Images.Tests.Archives;

public sealed class ArchiveTests(RegistryServer registry) : IClassFixture<RegistryServer>
{
    [Fact]
    public async Task A_saved_image_is_loaded_the_same_with_its_manifest()
    {
        TestImage image = TestImage.Small(11);
        using TestStore from = new(), to = new();
        Image pulled = (await from.PullAsync(registry.Put(image, "saved:1"))).Image;
        from.Store.Tag(pulled.Id, ImageReference.Parse("mine"));
        byte[] archive = Save(from, "mine");
        Assert.Equal(archive, Save(from, "mine"));

        LoadedImage loaded = Assert.Single(await LoadAsync(to, new MemoryStream(archive)));
        Assert.Equal((image.Id, "mine:latest"), (loaded.Image.Id, Assert.Single(loaded.Tags).Familiar));
        to.AssertClean();
        to.Store.Tag(loaded.Image.Id, ImageReference.Parse($"{registry.Address}/again:1"));
        await to.PushAsync($"{registry.Address}/again:1");
        Assert.Equal(Encoding.UTF8.GetString(image.Manifest), registry.Raw("again:1"));

        // What is there already is not unpacked again.
        Assert.Equal(image.Id, Assert.Single(await LoadAsync(to, new MemoryStream(TestTar.Gzip(archive)))).Image.Id);
        using TestStore zstd = new();
        Assert.Equal(image.Id, Assert.Single(await LoadAsync(zstd, new MemoryStream(TestTar.Zstd(archive)))).Image.Id);
    }

    [Fact]
    public async Task Others_read_what_Brig_saves()
    {
        using TestStore test = new();
        using TemporaryFolder folder = new();
        Image image = (await test.PullAsync(registry.Put(TestImage.Small(12), "others:1"))).Image;
        string file = Path.Combine(folder.Path, "image.tar");
        await File.WriteAllBytesAsync(file, Save(test, $"{registry.Address}/others:1"), TestContext.Current.CancellationToken);
        using JsonDocument docker = JsonDocument.Parse(Tool.Run("skopeo", "inspect", "--config", "--raw", $"docker-archive:{file}"));
        using JsonDocument oci = JsonDocument.Parse(Tool.Run("skopeo", "inspect", "--config", "--raw", $"oci-archive:{file}"));
        Assert.Equal(image.Layers[0].ToString(), docker.RootElement.GetProperty("rootfs").GetProperty("diff_ids")[0].GetString());
        Assert.Equal(image.Layers[1].ToString(), oci.RootElement.GetProperty("rootfs").GetProperty("diff_ids")[1].GetString());
        Tool.Run("skopeo", "copy", $"docker-archive:{file}", $"dir:{folder.Path}/copy");
    }

    [Theory]
    [InlineData("docker-archive", true)]
    [InlineData("docker-archive", false)]
    [InlineData("oci-archive", true)]
    public async Task Brig_reads_what_others_save(string format, bool asFile)
    {
        TestImage image = TestImage.Small(13);
        using TestStore test = new();
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "image.tar");
        Tool.Run("skopeo", "copy", "--src-tls-verify=false", $"docker://{registry.Put(image, "foreign:1")}", $"{format}:{file}:docker.io/library/foreign:1");
        await using FileStream input = File.OpenRead(file);
        LoadedImage loaded = Assert.Single(await LoadAsync(test, asFile ? input : new Unseekable(input)));
        Assert.Equal(image.Layers.Select(layer => new DiffId(Digest.Sha256(layer.Tar))), loaded.Image.Layers);
        Assert.Equal("foreign:1", Assert.Single(loaded.Tags).Familiar);
        test.AssertClean();

        // The tar of a foreign layer can be told again.
        using TestStore other = new();
        Assert.Equal(loaded.Image.Id, Assert.Single(await LoadAsync(other, new MemoryStream(Save(test, "foreign:1")))).Image.Id);
    }

    [Fact]
    public async Task An_imported_root_file_system_becomes_an_image_of_one_layer()
    {
        using TestStore test = new();
        byte[] tar = TestTar.Of(("etc/issue", "here"u8.ToArray()));
        foreach ((byte[] packed, int i) in new[] { tar, TestTar.Gzip(tar), TestTar.Zstd(tar) }.Select((packed, i) => (packed, i)))
        {
            Image image = await new ImageImporter(test.Store, TimeProvider.System).ImportAsync(
                new MemoryStream(packed), new ImportOptions { Tag = ImageReference.Parse($"imported:{i}") }, TestContext.Current.CancellationToken);
            Assert.Equal(new DiffId(Digest.Sha256(tar)), Assert.Single(image.Layers));
            Assert.Equal(("Imported from -", 4L), (test.Store.HistoryOf(image)[0].Comment, image.Size));
            test.AssertClean();
        }

        test.Store.Prune(PruneScope.Unused);
        test.AssertEmpty();
    }

    [Fact]
    public async Task A_broken_archive_is_one_line_and_nothing_stays()
    {
        using TestStore test = new();
        byte[] layer = TestTar.Random("x", 50_000, 1), other = TestTar.Of(("y", [1]));
        byte[] config = Encoding.UTF8.GetBytes($$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["{{Digest.Sha256(layer)}}"] } }""");
        byte[] manifest = """[{"Config":"c.json","RepoTags":["a:b"],"Layers":["l.tar"]}]"""u8.ToArray();
        (string, byte[])[] cases =
        [
            ("archive: neither manifest.json nor index.json", TestTar.Of(("etc/passwd", [1]))),
            ("archive: c.json is missing", TestTar.Of(("manifest.json", manifest))),
            ("archive: manifest.json is not JSON of a Docker archive", TestTar.Of(("manifest.json", [1]))),
            ("archive: l.tar is missing", TestTar.Of(("manifest.json", manifest), ("c.json", config))),
            ("its content has the diff ID", TestTar.Of(("manifest.json", manifest), ("c.json", config), ("l.tar", other))),
            ("invalid tar header", [.. Enumerable.Repeat((byte)7, 2000)]),
            ("unexpected EOF", TestTar.Of(("manifest.json", manifest))[..1300]),
            ("", TestTar.Of(("manifest.json", manifest), ("c.json", config), ("l.tar", layer))[..20000]),
            ("read the archive: ", [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 1]),
            ("read the archive: ", [.. "BZh9"u8, 1, 2, 3, 4, 5, 6, 7, 8]),
        ];
        foreach ((string expected, byte[] archive) in cases)
        {
            BrigException error = await Assert.ThrowsAsync<BrigException>(() => LoadAsync(test, new MemoryStream(archive)));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
            test.AssertEmpty();
        }

        await Assert.ThrowsAsync<BrigException>(() => new ImageImporter(test.Store, TimeProvider.System).ImportAsync(
            new MemoryStream(TestTar.Gzip(layer)[..5000]), new ImportOptions(), TestContext.Current.CancellationToken));
        test.AssertEmpty();
    }

    [Theory]
    [InlineData("gzip -1")]
    [InlineData("bzip2")]
    [InlineData("split -b 300000 --filter=bzip2")]
    [InlineData("xz -1")]
    [InlineData("xz --check=sha256 -0")]
    [InlineData("zstd -q")]
    public async Task Archives_and_layers_are_read_whatever_packs_them(string program)
    {
        using TestStore test = new(), other = new();
        using TemporaryFolder folder = new();
        Image image = test.Load(TestTar.Random("a", 700_000, 5), TestTar.Of(("b", [1])));
        test.Store.Tag(image.Id, ImageReference.Parse("packed"));
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "a.tar"), Save(test, "packed"), TestContext.Current.CancellationToken);
        Layers.Shell.Run($"head -c 1000000 /dev/urandom > z; tar -rf a.tar z; ({program}) < a.tar > packed; tar -cf root.tar z; ({program}) < root.tar > root.packed", folder.Path);
        await using FileStream input = File.OpenRead(Path.Combine(folder.Path, "packed"));
        Assert.Equal(image.Id, Assert.Single(await LoadAsync(other, input)).Image.Id);
        await using FileStream root = File.OpenRead(Path.Combine(folder.Path, "root.packed"));
        Image imported = await new ImageImporter(other.Store, TimeProvider.System).ImportAsync(root, new ImportOptions(), TestContext.Current.CancellationToken);
        Assert.Equal(Digest.Sha256(await File.ReadAllBytesAsync(Path.Combine(folder.Path, "root.tar"), TestContext.Current.CancellationToken)), imported.Layers[0].Digest);
        other.AssertClean();
    }

    [Fact]
    public async Task An_archive_of_an_old_Docker_is_read()
    {
        using TestStore test = new();
        byte[] below = TestTar.Of(("a", [1])), above = TestTar.Of(("b", [2]));
        byte[] archive = TestTar.Of(
            ("repositories", """{"old/app":{"1":"bbb","latest":"bbb"},"base":{"2":"aaa"}}"""u8.ToArray()),
            ("aaa/VERSION", "1.0"u8.ToArray()), ("aaa/layer.tar", below), ("aaa/json", """{"id":"aaa","created":"2014-01-02T03:04:05Z","container_config":{"Cmd":["/bin/sh","-c","#(nop) ADD x"]}}"""u8.ToArray()),
            ("bbb/VERSION", "1.0"u8.ToArray()), ("bbb/layer.tar", above), ("bbb/json", """{"id":"bbb","parent":"aaa","config":{"Cmd":["run"]},"architecture":"amd64","os":"linux"}"""u8.ToArray()));
        IReadOnlyList<LoadedImage> loaded = await LoadAsync(test, new MemoryStream(archive));
        Assert.Equal(["old/app:1 old/app:latest", "base:2"], loaded.Select(image => string.Join(' ', image.Tags.Select(tag => tag.Familiar))));
        Assert.Equal([new DiffId(Digest.Sha256(below)), new DiffId(Digest.Sha256(above))], loaded[0].Image.Layers);
        Assert.Equal(("run", "/bin/sh -c #(nop) ADD x"), (loaded[0].Image.Config.Config!.Cmd![0], test.Store.HistoryOf(loaded[0].Image)[1].CreatedBy));
        test.AssertClean();
        BrigException endless = await Assert.ThrowsAsync<BrigException>(() => LoadAsync(test, new MemoryStream(TestTar.Of(("repositories", """{"a":{"b":"x"}}"""u8.ToArray()), ("x/json", """{"parent":"x"}"""u8.ToArray()), ("x/layer.tar", below)))));
        Assert.Equal("archive: more than 127 layers", endless.Message);
    }

    [Fact]
    public async Task A_platform_that_the_archive_has_not_is_refused()
    {
        using TestStore test = new(), other = new();
        test.Store.Tag(test.Load(TestTar.Of(("b", [1]))).Id, ImageReference.Parse("one"));
        LoadOptions elsewhere = new() { Platforms = [PlatformChoice.Parse("linux/s390x")], OnlyThese = true }, here = new() { OnlyThese = true };
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => new ImageLoader(other.Store).LoadAsync(new MemoryStream(Save(test, "one")), elsewhere, Silent.Instance, TestContext.Current.CancellationToken));
        Assert.Equal("archive: no image for linux/s390x", error.Message);
        Assert.Single(await new ImageLoader(other.Store).LoadAsync(new MemoryStream(Save(test, "one")), here, Silent.Instance, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("zstd", 19)]
    [InlineData("gzip", 9)]
    [InlineData("none", null)]
    public async Task A_converted_image_is_the_same_image_in_other_blobs(string compression, int? level)
    {
        using TestStore test = new(), other = new();
        Image image = (await test.PullAsync(registry.Put(TestImage.Small(14), "convert:1"))).Image;
        Digest manifest = new ImageConverter(test.Store).Convert(image, ConvertOptions.Of(compression, level), ImageReference.Parse("converted:1"), TestContext.Current.CancellationToken);
        test.AssertClean();
        Assert.Equal(image.Layers.Count, test.Store.Blobs.OnDisk().Count);
        Assert.Equal(image.Id, test.Store.Find("converted:1")!.Id);
        LoadedImage loaded = Assert.Single(await LoadAsync(other, new MemoryStream(Save(test, "converted:1"))));
        Assert.Equal((image.Id, manifest), (loaded.Image.Id, Assert.Single(other.Store.Table.Manifests(loaded.Image.Id)).Digest));

        // Back again, and the same bytes as before each time.
        Digest gzip = new ImageConverter(test.Store).Convert(image, ConvertOptions.Of("gzip", 6), null, TestContext.Current.CancellationToken);
        Assert.Equal(gzip, new ImageConverter(other.Store).Convert(loaded.Image, ConvertOptions.Of("gzip", 6), null, TestContext.Current.CancellationToken));
        test.Store.Prune(PruneScope.Unused);
        test.AssertEmpty();
    }

    [Fact]
    public async Task A_full_disk_is_one_line_and_nothing_stays_of_a_load()
    {
        using TestStore from = new();
        from.Store.Tag(from.Load(TestTar.Random("a", 12_000_000, 8), TestTar.Random("b", 12_000_000, 9)).Id, ImageReference.Parse("full"));
        byte[] archive = Save(from, "full");
        string folder = Directory.CreateTempSubdirectory("brig-full-").FullName;
        Tool.Run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder);
        try
        {
            using TestStore test = new(folder);
            BrigException error = await Assert.ThrowsAsync<BrigException>(() => LoadAsync(test, new MemoryStream(archive)));
            Assert.Contains("o space left on device", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
            test.AssertEmpty();
            test.AssertClean();
        }
        finally
        {
            Tool.Run("umount", folder);
            Directory.Delete(folder);
        }
    }

    private static byte[] Save(TestStore test, string name)
    {
        MemoryStream output = new();
        new ImageSaver(test.Store).Save([name], [], output, TestContext.Current.CancellationToken);
        return output.ToArray();
    }

    private static Task<IReadOnlyList<LoadedImage>> LoadAsync(TestStore test, Stream input) =>
        new ImageLoader(test.Store).LoadAsync(input, new LoadOptions(), Silent.Instance, TestContext.Current.CancellationToken);
}
