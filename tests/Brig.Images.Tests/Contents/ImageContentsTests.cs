using System.Text;
using Brig.Images.Contents;
using Brig.Images.Layers.Index;
using Brig.Images.Tests.Layers;
using Brig.Images.Tests.Support;
using Brig.Oci;

namespace Brig.Images.Tests.Contents;

public sealed class ImageContentsTests : IDisposable
{
    private readonly TestStore _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Every_layer_says_what_it_adds_overwrites_and_hides()
    {
        Image image = Make(
            [Entry.Directory("bin/"), Entry.File("bin/sh", "first"), Entry.File("bin/ls", "ls"), Entry.Directory("old/"), Entry.File("old/a", "aaaa"), Entry.File("old/b", "bb")],
            [Entry.File("bin/sh", "second!"), Entry.File("bin/.wh.ls", ""), Entry.File("old/.wh..wh..opq", ""), Entry.File("old/c", "c")],
            [Entry.File(".wh.old", ""), Entry.File("bin/.wh.never", ""), Entry.Symlink("sh", "bin/sh")]);
        IReadOnlyList<LayerSummary> layers = new ImageContents(_test.Store).Layers(image, TestContext.Current.CancellationToken);
        Assert.Equal(
            [("RUN 0", 13L, 4L, 0L, 0L, 0L), ("RUN 1", 8L, 1L, 1L, 3L, 13L), ("RUN 2", 0L, 1L, 0L, 1L, 1L)],
            layers.Select(layer => (layer.CreatedBy, layer.Size, layer.Added, layer.Overwritten, layer.Hidden, layer.Shadowed)));
    }

    [Fact]
    public void A_file_tells_which_layer_and_instruction_it_came_from()
    {
        Image image = Make(
            [Entry.Directory("usr/"), Entry.Directory("usr/bin/"), Entry.Symlink("bin", "usr/bin"), Entry.File("usr/bin/sh", "first"), Entry.Symlink("usr/bin/again", "/bin")],
            [Entry.File("usr/bin/sh", "second!"), Entry.Directory("etc/"), Entry.File("etc/x", "x")],
            [Entry.File(".wh.etc", "")]);
        ImageContents contents = new(_test.Store);
        PathOrigin origin = contents.Why(image, "/bin/again/../../bin/sh", TestContext.Current.CancellationToken);
        Assert.Equal("/usr/bin/sh", origin.Path);
        Assert.Equal(
            [(2, "RUN 1", LayerAction.Overwrites, 7L), (1, "RUN 0", LayerAction.Adds, 5L)],
            origin.Steps.Select(step => (step.Layer, step.CreatedBy, step.Action, step.Size)));
        Assert.Equal([(3, LayerAction.Hides), (2, LayerAction.Adds)], contents.Why(image, "etc/x", TestContext.Current.CancellationToken).Steps.Select(step => (step.Layer, step.Action)));
        Assert.Equal(("/bin", "symlink"), contents.Why(image, "/bin/", TestContext.Current.CancellationToken) is var link ? (link.Path, link.Steps[0].Kind) : default);
        Assert.Equal("/nowhere: no layer of the image has it", Assert.Throws<BrigException>(() => contents.Why(image, "/nowhere", TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void What_shows_is_what_overlayfs_shows()
    {
        // Names that sort before and after a slash, and everything over everything.
        Random random = new(5);
        for (int round = 0; round < 12; round++)
        {
            byte[][][] layers = [.. Enumerable.Range(0, 4).Select(_ => RandomLayer(random))];
            Image image = Make(layers);
            IReadOnlyList<string> lowers = _test.Store.LowersOf(image);
            using Microsoft.Win32.SafeHandles.SafeFileHandle view = Brig.Linux.Mounts.Overlay(lowers, null, null);
            // A whiteout in a directory that only one layer has is listed, though nothing is there.
            string expected = Shell.Run("find . -mindepth 1 ! -type c -printf '%P\\n' | LC_ALL=C sort", $"/proc/{Environment.ProcessId}/fd/{Brig.Linux.Files.Number(view)}");
            Assert.Equal(expected.Trim(), string.Join('\n', Visible(image).Order(StringComparer.Ordinal)));
        }
    }

    private List<string> Visible(Image image)
    {
        List<string> paths = [];
        using LayerMerge merge = new(image.Layers.Reverse().Distinct().Reverse().Select(layer => _test.Store.Layers.OpenIndex(layer, TestContext.Current.CancellationToken)));
        while (merge.Next())
        {
            if (merge.Visible is not null && merge.Path.Length > 0)
            {
                paths.Add(Encoding.UTF8.GetString(merge.Path));
            }
        }

        return paths;
    }

    private static byte[][] RandomLayer(Random random)
    {
        string[] names = ["a", "a-b", "a.b", "b"];
        return [.. Enumerable.Range(0, 8).Select(_ =>
        {
            string path = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => names[random.Next(names.Length)]));
            int slash = path.LastIndexOf('/') + 1;
            return random.Next(4) switch
            {
                0 => Entry.Directory(path + "/"),
                1 => Entry.File($"{path[..slash]}.wh.{path[slash..]}", ""),
                2 => Entry.File($"{path}/.wh..wh..opq", ""),
                _ => Entry.File(path, "content"),
            };
        })];
    }

    private Image Make(params byte[][][] layers) => _test.Load([.. layers.Select(entries => Entry.Archive(entries))]);
}
