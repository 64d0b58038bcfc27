using Brig.Images.Layers;

namespace Brig.Images.Tests.Layers;

public sealed class DebianTests
{
    [Fact]
    public void A_Debian_is_unpacked_as_GNU_tar_does_and_written_so_that_all_can_read_it()
    {
        string archive = Debian.Archive();
        using StoreFixture fixture = new();
        Layer layer = fixture.IngestFile(archive);
        Shell.Run($"mkdir gnu; tar -xpf {archive} --numeric-owner --xattrs --xattrs-include='*' -C gnu", fixture.Folder);
        string expected = StoreFixture.Describe(Path.Combine(fixture.Folder, "gnu"));
        Assert.Equal(expected, StoreFixture.Describe(fixture.Store.PathOf(layer.DiffId)));

        Layer adopted = fixture.Store.Adopt(Path.Combine(fixture.Folder, "gnu"), TestContext.Current.CancellationToken);
        Assert.Equal(expected, StoreFixture.Describe(fixture.Store.PathOf(adopted.DiffId)));
        string written = Path.Combine(fixture.Folder, "written.tar");
        using (FileStream output = File.Create(written))
        {
            fixture.Store.WriteTar(layer.DiffId, output, TestContext.Current.CancellationToken);
        }

        Assert.Equal(adopted.DiffId.ToString(), "sha256:" + Shell.Run("sha256sum written.tar", fixture.Folder)[..64]);
        Shell.Run("mkdir again; tar -xpf written.tar --numeric-owner --xattrs --xattrs-include='*' -C again", fixture.Folder);
        Assert.Equal(expected, StoreFixture.Describe(Path.Combine(fixture.Folder, "again")));
    }
}
