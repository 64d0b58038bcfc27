using Brig.Images.Layers;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Tests.Layers;

/// <summary>What layers hide of one another, seen through the kernel's own overlay.</summary>
public sealed class WhiteoutTests
{
    private static readonly byte[] s_base = Entry.Archive(
        Entry.Directory("d/"), Entry.File("d/one", "1"), Entry.File("d/two", "2"), Entry.Directory("e/"), Entry.File("e/three", "3"), Entry.File("f", "base"), Entry.Symlink("s", "d"));

    [Fact]
    public void A_whiteout_hides_what_lies_below() => Check("d d/two e e/three s", Entry.File(".wh.f"), Entry.File("d/.wh.one"));

    [Fact]
    public void A_whiteout_hides_nothing_of_its_own_layer()
    {
        Check("d d/one d/two e e/three f=new s", Entry.File("f", "new"), Entry.File(".wh.f"));
        Check("d d/one d/two e e/three f=new s", Entry.File(".wh.f"), Entry.File("f", "new"));
        Check("d d/new e e/three f s", Entry.File(".wh.d"), Entry.Directory("d/"), Entry.File("d/new"));
        Check("d d/new e e/three f s", Entry.Directory("d/"), Entry.File("d/new"), Entry.File(".wh.d"));
        Check("d d/new e e/three f s", Entry.File("d/new"), Entry.File(".wh.d"));
    }

    [Fact]
    public void An_opaque_mark_counts_before_all_other_entries()
    {
        Check("d d/new e e/three f s", Entry.Directory("d/"), Entry.File("d/new"), Entry.File("d/.wh..wh..opq"));
        Check("d d/new e e/three f s", Entry.File("d/.wh..wh..opq"), Entry.File("d/new"), Entry.Directory("d/"));
    }

    [Fact]
    public void What_aufs_left_is_skipped() =>
        Check("d d/one d/two e e/three f s", Entry.Directory(".wh..wh.plnk/"), Entry.File(".wh..wh.plnk/12.3"), Entry.File(".wh..wh.aufs"), Entry.Directory("d/.wh..wh.orph/"));

    [Fact]
    public void An_entry_replaces_what_has_its_name()
    {
        Check("d=now e e/three f s", Entry.File("d", "now"));
        Check("d d/one d/two e e/three f f/x s", Entry.Directory("f/"), Entry.File("f/x"));
        Check("d d/one d/two e e/three f=2 s", Entry.File("f", "1"), Entry.File("f", "2"));
        Check("d d/x e e/three f s", Entry.File("d", "file first"), Entry.Directory("d/"), Entry.File("d/x"));
        Check("d=file e e/three f s", Entry.Directory("d/"), Entry.File("d/x"), Entry.File("d", "file"));
        Check("d d/one d/two e e/three f=new n n/x s", Entry.Directory("n/"), Entry.Symlink("n/l", "../f"), Entry.File("n/l", "not through"), Entry.File("n/x"), Entry.File("f", "new"), Entry.File("n/.wh.l"), Entry.Directory("n/m/"), Entry.File("n", "x"), Entry.File("n/x"));
        Check("d d/one d/two e e/three f s s/x", Entry.Symlink("s", "d"), Entry.Directory("s/"), Entry.File("s/x"));
    }

    [Fact]
    public void A_link_that_stays_inside_is_followed() =>
        Check("d d/one d/two e e/three f l s usr usr/lib usr/lib/deep usr/lib/deep/x", Entry.Directory("usr/lib/"), Entry.Symlink("l", "./usr/../usr/lib"), Entry.File("l/deep/x"));

    [Fact]
    public void Missing_parents_are_root_s_and_open_to_read()
    {
        using StoreFixture fixture = new();
        Layer layer = fixture.Ingest(Entry.Archive(Entry.File("a/b/c")));
        Assert.Equal("755 0:0\n755 0:0\n755 0:0\n", Shell.Run("stat -c '%a %u:%g' . a a/b", fixture.Store.PathOf(layer.DiffId)));
    }

    [Fact]
    public void A_directory_over_a_directory_changes_its_attributes_and_keeps_its_files()
    {
        using StoreFixture fixture = new();
        Layer layer = fixture.Ingest(Entry.Archive(Entry.Directory("a/"), Entry.File("a/x"), Entry.Directory("a/", "0001700"), Entry.File("a/y")));
        Assert.Equal("1700 512\nx\ny\n", Shell.Run("stat -c '%a %Y' a; ls a", fixture.Store.PathOf(layer.DiffId)));
    }

    [Fact]
    public void The_umask_does_not_matter()
    {
        uint before = Files.SetUmask(StoreFixture.Octal("077"));
        try
        {
            using StoreFixture fixture = new();
            Layer layer = fixture.Ingest(Entry.Archive(Entry.Directory("a/", "0000777"), Entry.Raw("a/x", '0', content: "x", mode: "0004666"), Entry.Raw("p", '6', mode: "0000666"), Entry.File("m/n")));
            Assert.Equal("777\n4666\n666\n755\n755\n", Shell.Run("stat -c %a a a/x p m .", fixture.Store.PathOf(layer.DiffId)));
            Assert.Equal(StoreFixture.Octal("077"), Files.SetUmask(StoreFixture.Octal("077")));
        }
        finally
        {
            Files.SetUmask(before);
        }
    }

    [Fact]
    public void A_hard_link_to_a_layer_below_copies_the_file_up()
    {
        using StoreFixture fixture = new();
        byte[] below = Entry.Archive(Entry.Directory("d/", "0000711"), Entry.Raw("d/prog", '0', content: "program", mode: "0004751"), Entry.Symlink("to", "d"), Entry.Symlink("away", "/d"), Entry.File("gone"));
        byte[] middle = Entry.Archive(Entry.File(".wh.gone"), Entry.Directory("d/", "0000711"));
        Layer first = fixture.Ingest(below), second = fixture.Ingest(middle);
        Layer layer = fixture.Ingest(Entry.Archive(Entry.Link("a", "d/prog"), Entry.Link("x/b", "./d/prog"), Entry.Link("c", "to/prog"), Entry.Link("e", "a"), Entry.Link("g", "/d/prog")), second.DiffId, first.DiffId);
        string tree = fixture.Store.PathOf(layer.DiffId);
        Assert.Equal("6 4751\n711\n", Shell.Run("stat -c '%h %a' x/b; stat -c %a d", tree));
        Assert.Equal("program", File.ReadAllText(fixture.At(layer, "c")));
        Assert.Throws<BrigException>(() => fixture.Ingest(Entry.Archive(Entry.Link("a", "gone")), second.DiffId, first.DiffId));
        Assert.Throws<BrigException>(() => fixture.Ingest(Entry.Archive(Entry.Link("a", "away/prog")), second.DiffId, first.DiffId));
        Assert.Throws<BrigException>(() => fixture.Ingest(Entry.Archive(Entry.File("d/.wh..wh..opq"), Entry.Link("a", "d/prog")), second.DiffId, first.DiffId));
        Assert.Throws<BrigException>(() => fixture.Ingest(Entry.Archive(Entry.File("d"), Entry.Link("a", "d/prog")), second.DiffId, first.DiffId));
        Assert.Equal("", fixture.Staged);
    }

    [Fact]
    public void What_an_overlay_leaves_becomes_a_layer_that_shows_the_same()
    {
        using StoreFixture fixture = new();
        Layer below = fixture.Ingest(s_base);
        string upper = fixture.Make("upper"), work = fixture.Make("work"), shown;
        using (SafeFileHandle mount = Mounts.Overlay([fixture.Store.PathOf(below.DiffId)], upper, work))
        {
            string at = $"/proc/{Environment.ProcessId}/fd/{Files.Number(mount)}/";
            Shell.Run("rm f; rm -r e; mkdir e; echo 4 > e/four; echo more >> d/one; ln d/one d/uno; rm d/two; mkdir -m 2770 n; setfattr -n user.k -v v n", at);
            shown = Shell.Run("find . | sort; cat d/one e/four", at);
        }

        Layer layer = fixture.Store.Adopt(upper, TestContext.Current.CancellationToken);
        byte[] tar = fixture.Tar(layer.DiffId);
        Assert.Equal(layer.DiffId.Digest, Oci.Digest.Sha256(tar));
        File.WriteAllBytes(Path.Combine(fixture.Folder, "t.tar"), tar);
        Assert.Equal("./\nd/\nd/one\nd/.wh.two\nd/uno\ne/\ne/.wh..wh..opq\ne/four\n.wh.f\nn/\n", Shell.Run("tar -tf t.tar", fixture.Folder));
        Assert.DoesNotContain("overlay", Shell.Run("tar --xattrs -tvvf t.tar", fixture.Folder), StringComparison.Ordinal);

        using StoreFixture other = new();
        Layer otherBelow = other.Ingest(s_base), again = other.Ingest(tar);
        Assert.Equal(layer, again);
        Assert.Equal(tar, other.Tar(again.DiffId));
        using SafeFileHandle view = Mounts.Overlay([other.Store.PathOf(again.DiffId), other.Store.PathOf(otherBelow.DiffId)], null, null);
        Assert.Equal(shown, Shell.Run("find . | sort; cat d/one e/four", $"/proc/{Environment.ProcessId}/fd/{Files.Number(view)}/"));
    }

    [Fact]
    public void Overlay_marks_in_an_archive_mean_nothing()
    {
        using StoreFixture fixture = new();
        Layer layer = fixture.Ingest(Entry.Archive(Entry.Records("SCHILY.xattr.trusted.overlay.redirect=/etc", "SCHILY.xattr.user.overlay.opaque=y"), Entry.Directory("d/"), Entry.Records("SCHILY.xattr.trusted.overlay.opaque=y"), Entry.Directory("e/")));
        Assert.Equal("", Shell.Run("getfattr -Rhd -m - .", fixture.Store.PathOf(layer.DiffId)));
    }

    /// <summary>Names, and with <c>=</c> contents, that a base and a layer of these entries show together.</summary>
    private static void Check(string expected, params byte[][] entries)
    {
        using StoreFixture fixture = new();
        Layer below = fixture.Ingest(s_base), layer = fixture.Ingest(Entry.Archive(entries));
        using SafeFileHandle view = Mounts.Overlay([fixture.Store.PathOf(layer.DiffId), fixture.Store.PathOf(below.DiffId)], null, null);
        string at = $"/proc/{Environment.ProcessId}/fd/{Files.Number(view)}/";
        string[] names = expected.Split(' ');
        Assert.Equal(string.Join('\n', names.Select(name => name.Split('=')[0])) + "\n", Shell.Run("find . -mindepth 1 -printf '%P\\n' | LC_ALL=C sort", at));
        Assert.All(names.Where(name => name.Contains('=', StringComparison.Ordinal)), name => Assert.Equal(name.Split('=')[1], File.ReadAllText(at + name.Split('=')[0])));
        byte[] again = fixture.Tar(layer.DiffId);
        using StoreFixture other = new();
        Assert.Equal(again, other.Tar(other.Ingest(again).DiffId));
    }

    [Fact]
    public void A_directory_that_the_archive_does_not_name_stays_as_the_layers_below_have_it()
    {
        using StoreFixture fixture = new();
        Layer lower = fixture.Ingest(Entry.Archive(Entry.Directory("./", "0000711"), Entry.Directory("tmp/", "0001777"), Entry.Records("SCHILY.xattr.user.note=x", "uid=7"), Entry.Directory("tmp/d/", "0000750"), Entry.Directory("tmp/o/", "0000700"), Entry.Directory("tmp/n/", "0000700")));
        Layer upper = fixture.Ingest(Entry.Archive(Entry.File("tmp/d/new", "x"), Entry.File("tmp/o/.wh..wh..opq", ""), Entry.File("other/new", "x"), Entry.File("tmp/.wh.n", ""), Entry.File("tmp/n/x", "")), lower.DiffId);
        string described = Shell.Run("stat -c '%n %a %u %Y' . tmp tmp/d; stat -c '%n %a' tmp/o tmp/n other; getfattr --only-values -n user.note tmp/d", fixture.Store.PathOf(upper.DiffId));
        Assert.Equal(". 711 0 512\ntmp 1777 0 512\ntmp/d 750 7 512\ntmp/o 700\ntmp/n 755\nother 755\nx", described);
        using Brig.Images.Layers.Index.IndexReader index = fixture.Store.OpenIndex(upper.DiffId, TestContext.Current.CancellationToken);
        Assert.True(index.Next());
        Assert.Equal((0x1C9u, 512L), (index.Entry.Permissions, index.Entry.Seconds));
    }
}
