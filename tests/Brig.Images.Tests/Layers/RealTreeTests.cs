using Brig.Images.Layers;

namespace Brig.Images.Tests.Layers;

public sealed class RealTreeTests
{
    private const string Tree = """
        mkdir -p t/a/b t/dev t/empty t/deep/er; cd t; chmod 750 a; chmod 1777 empty
        echo one > a/one; ln a/one a/b/two; ln -s ../one a/b/link; mknod dev/null c 1 3; mknod dev/loop b 7 1; mkfifo dev/pipe
        printf 'x%.0s' {1..70000} > big; : > nothing; cp /bin/true suid; chown 3000000:4000000 suid; chmod 6755 suid; setfattr -n user.a=b -v 1 suid
        setcap cap_net_raw+ep deep/er/../../nothing || true; setfattr -n user.note -v '' deep; setfattr -n trusted.z -v 0x000aff deep/er
        n=$(printf 'n%.0s' {1..140}); mkdir -p $n/$n; echo far > $n/$n/$n; ln -s $n/$n/$n far; ln $n/$n/$n far-hard
        echo raw > $'not\xffutf8'; truncate -s 3M sparse; echo middle | dd of=sparse bs=1 seek=1000000 conv=notrunc status=none
        find . -depth -print0 | xargs -0 touch -h -d '2001-02-03 04:05:06.123456789'; touch -d '1960-01-01 00:00:00.5' big
        """;

    [Theory]
    [InlineData("gnu")]
    [InlineData("ustar --exclude=big --exclude=suid --exclude=*nnnn* --exclude=far*")]
    [InlineData("posix --xattrs --xattrs-include=*")]
    [InlineData("posix --xattrs --xattrs-include=* --sparse --sparse-version=0.0")]
    [InlineData("posix --xattrs --xattrs-include=* --sparse --sparse-version=0.1")]
    [InlineData("posix --xattrs --xattrs-include=* --sparse --sparse-version=1.0")]
    [InlineData("gnu --sparse")]
    public void What_GNU_tar_writes_is_unpacked_as_GNU_tar_does(string format)
    {
        using StoreFixture fixture = new();
        Shell.Run(Tree, fixture.Folder);
        Shell.Run($"tar -cf t.tar --numeric-owner --format={format} -C t .; mkdir out; tar -xpf t.tar --numeric-owner --xattrs --xattrs-include='*' -C out", fixture.Folder);
        Layer layer = fixture.IngestFile(Path.Combine(fixture.Folder, "t.tar"));
        Assert.Equal(StoreFixture.Describe(Path.Combine(fixture.Folder, "out")), StoreFixture.Describe(fixture.Store.PathOf(layer.DiffId)));
        Assert.Equal("sha256:" + Shell.Run("sha256sum t.tar", fixture.Folder)[..64], layer.DiffId.ToString());
        Assert.Equal("", fixture.Staged);
        Assert.Equal([layer], fixture.Store.All());
        fixture.Store.Remove(layer.DiffId);
        Assert.Null(fixture.Store.Find(layer.DiffId));
        Assert.Empty(fixture.Store.All());
        Assert.Equal("", fixture.Staged);
    }

    [Fact]
    public void What_is_adopted_is_written_as_it_was_hashed_and_read_by_all()
    {
        using StoreFixture fixture = new();
        Shell.Run(Tree, fixture.Folder);
        string tree = Path.Combine(fixture.Folder, "t"), before = StoreFixture.Describe(tree);
        Layer layer = fixture.Store.Adopt(tree, TestContext.Current.CancellationToken);
        Assert.False(Directory.Exists(tree));
        Assert.Equal(before, StoreFixture.Describe(fixture.Store.PathOf(layer.DiffId)));
        byte[] tar = fixture.Tar(layer.DiffId);
        Assert.Equal(layer.DiffId.Digest, Oci.Digest.Sha256(tar));

        File.WriteAllBytes(Path.Combine(fixture.Folder, "again.tar"), tar);
        Shell.Run("mkdir out; tar -xpf again.tar --numeric-owner --xattrs --xattrs-include='*' -C out", fixture.Folder);
        Assert.Equal(before, StoreFixture.Describe(Path.Combine(fixture.Folder, "out")));

        using StoreFixture other = new();
        Layer again = other.Ingest(tar);
        Assert.Equal(layer, again);
        Assert.Equal(before, StoreFixture.Describe(other.Store.PathOf(again.DiffId)));
        Assert.Equal(tar, other.Tar(again.DiffId));
    }
}
