using Brig.Images.Archives;
using Brig.Images.Tests.Layers;
using Brig.Images.Tests.Support;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Tests.Comparison;

/// <summary>Images unpacked by Brig and by umoci, compared attribute for attribute.</summary>
public sealed class ForeignUnpackTests : IDisposable
{
    private readonly TestStore _test = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _test.Dispose();
        Trees.Remove(null, Path.Combine(_folder.Path, "bundle")); // names need not be UTF-8
        _folder.Dispose();
    }

    [Fact]
    public async Task A_Debian_is_what_umoci_makes_of_it()
    {
        await using FileStream tar = File.OpenRead(Debian.Archive());
        Image image = await new ImageImporter(_test.Store, TimeProvider.System).ImportAsync(tar, new ImportOptions { Tag = ImageReference.Parse("debian") }, TestContext.Current.CancellationToken);
        Save("debian", "image.tar");
        Shell.Run("skopeo copy -q oci-archive:image.tar:latest oci:layout:latest; umoci unpack --image layout:latest bundle", _folder.Path);
        Compare(image);
    }

    [Fact]
    public async Task Thirty_layers_with_whiteouts_are_what_umoci_makes_of_them()
    {
        // Every layer is umoci's own work, too: it compares the tree with what it was and writes the difference.
        Shell.Run("""
            umoci init --layout layout; umoci new --image layout:latest; umoci unpack --image layout:latest bundle
            root() { cd bundle/rootfs; }
            (root; mkdir -p etc usr/bin usr/lib/deep/deeper opt; for i in $(seq 40); do seq $i 400 > usr/lib/file$i; done; cp /bin/true usr/bin/suid; chmod 4755 usr/bin/suid
             ln usr/lib/file1 usr/lib/deep/linked; ln -s ../lib/file2 usr/bin/link; mkfifo opt/pipe; mknod opt/null c 1 3; setfattr -n user.note -v x usr/lib/file3; setcap cap_net_raw+ep usr/bin/suid
             chown 3000000:4000000 usr/lib/file4; touch -d '2001-02-03 04:05:06.789' usr/lib/file5; printf raw > $'usr/lib/not\xffutf8')
            umoci repack --refresh-bundle --image layout:latest bundle
            for layer in $(seq 29); do
              (root; case $((layer % 6)) in
                0) rm -rf usr/lib/deep; mkdir -p usr/lib/deep/again; echo $layer > usr/lib/deep/again/file ;;
                1) rm usr/lib/file$layer; ln -s file2 usr/lib/file$layer ;;
                2) rm -f usr/lib/file$layer; mkdir usr/lib/file$layer; echo in > usr/lib/file$layer/in ;;
                3) echo $layer >> usr/lib/file$layer; chmod 600 usr/lib/file$layer ;;
                4) rm -rf opt; echo file > opt; chown 7:8 etc ;;
                5) rm -rf opt; mkdir -p opt/dir$layer usr/lib/deep; ln -f usr/lib/file10 usr/lib/deep/other$layer; chmod 1777 opt ;;
               esac)
              umoci repack --refresh-bundle --image layout:latest bundle
            done
            rm -rf bundle; umoci unpack --image layout:latest bundle; tar -cf image.tar -C layout .
            """, _folder.Path);
        await using FileStream archive = File.OpenRead(Path.Combine(_folder.Path, "image.tar"));
        Image image = (await new ImageLoader(_test.Store).LoadAsync(archive, new LoadOptions(), Silent.Instance, TestContext.Current.CancellationToken))[0].Image;
        Assert.Equal(30, image.Layers.Count);
        Compare(image);
        _test.AssertClean();
    }

    private void Compare(Image image)
    {
        IReadOnlyList<string> lowers = _test.Store.LowersOf(image);
        using SafeFileHandle view = Mounts.Overlay(lowers, null, null);
        TreeListing ours = TreeListing.Of(view), theirs = TreeListing.Of(Path.Combine(_folder.Path, "bundle/rootfs"));
        Assert.Equal("", ours.Differences(theirs, "brig", "umoci"));
        Assert.All(ours.Data, file => Assert.True(file.Value <= theirs.Data[file.Key], $"{file.Key} has more data than umoci's"));
    }

    private void Save(string name, string file)
    {
        using FileStream output = File.Create(Path.Combine(_folder.Path, file));
        new ImageSaver(_test.Store).Save([name], [], output, TestContext.Current.CancellationToken);
    }
}
