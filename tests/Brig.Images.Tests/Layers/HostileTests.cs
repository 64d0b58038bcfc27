namespace Brig.Images.Tests.Layers;

/// <summary>Every archive here is refused with one line, and leaves nothing: neither in the store nor outside it.</summary>
public sealed class HostileTests
{
    private static readonly string s_outside = $"/tmp/brig-hostile-{Environment.ProcessId}";

    public static TheoryData<string, byte[][], string> Escapes => new()
    {
        { "an absolute name", [Entry.File(s_outside)], "an absolute name" },
        { "a name that climbs", [Entry.File("a/../../escaped")], "leads outside the root" },
        { "a name that climbs at once", [Entry.File("../escaped")], "leads outside the root" },
        { "a directory that climbs", [Entry.Directory("../escaped/")], "leads outside the root" },
        { "a name that climbs in a long header", [Entry.Records("path=../../escape"), Entry.File("fine")], "leads outside the root" },
        { "a file through an absolute link", [Entry.Symlink("evil", "/tmp"), Entry.File("evil/escaped")], "symbolic link on its way leads outside" },
        { "a file through a climbing link", [Entry.Symlink("evil", "../../.."), Entry.File("evil/escaped")], "symbolic link on its way leads outside" },
        { "a file through two links", [Entry.Directory("a/"), Entry.Symlink("a/up", ".."), Entry.Symlink("b", "a/up/.."), Entry.File("b/escaped")], "symbolic link on its way leads outside" },
        { "a directory through a link", [Entry.Symlink("evil", "/tmp"), Entry.Directory("evil/escaped/")], "symbolic link on its way leads outside" },
        { "a whiteout through a link", [Entry.Symlink("evil", "/etc"), Entry.File("evil/.wh.passwd")], "symbolic link on its way leads outside" },
        { "links in a circle", [Entry.Symlink("a", "b"), Entry.Symlink("b", "a"), Entry.File("a/x")], "too many levels of symbolic links" },
        { "a hard link that climbs", [Entry.Link("shadow", "../../../../../../etc/shadow")], "leads outside the root" },
        { "a hard link to an absolute name that only the host has", [Entry.Link("shadow", "/etc/shadow")], "neither in the layer nor in one below" },
        { "a hard link through an absolute link", [Entry.Symlink("evil", "/etc"), Entry.Link("shadow", "evil/shadow")], "leads outside the root" },
        { "a hard link through a climbing link", [Entry.Symlink("evil", "../../../../etc"), Entry.Link("shadow", "evil/shadow")], "leads outside the root" },
        { "a whiteout of the parent", [Entry.Directory("a/"), Entry.File("a/.wh...")], "a whiteout of no file" },
        { "a whiteout of the directory", [Entry.File(".wh..")], "a whiteout of no file" },
        { "a file in place of the root", [Entry.Directory("./"), Entry.Symlink(".", "/tmp")], "only a directory can be the root" },
        { "a hard link to nothing", [Entry.Link("a", "missing")], "neither in the layer nor in one below" },
        { "a hard link to a directory", [Entry.Directory("d/"), Entry.Link("a", "d")], "a hard link to a directory" },
        { "a hard link to what the layer hides", [Entry.File(".wh.gone"), Entry.Link("a", "gone")], "neither in the layer nor in one below" },
        { "a whiteout device", [Device00("a")], "a character device 0:0" },
    };

    public static TheoryData<string, byte[], string> Damages => new()
    {
        { "a wrong checksum", Change(Entry.Archive(Entry.File("a")), 0, (byte)'b'), "checksum is wrong" },
        { "no archive", Enumerable.Repeat((byte)'A', 4096).ToArray(), "corrupt tar archive" },
        { "an end inside a header", Entry.File("a")[..300], "truncated" },
        { "an end inside content", Entry.File("a", new string('x', 5000))[..2000], "truncated" },
        { "an end inside padding", Entry.File("a")[..600], "truncated" },
        { "an end after an extension", Entry.Pax("9 uid=12\n"), "truncated" },
        { "an endless extension", Entry.Raw("x", 'x', size: "00010000000"), "more than 1 MiB" },
        { "an endless long name", Entry.Raw("x", 'L', size: "77777777777"), "more than 1 MiB" },
        { "a long name of 5000 bytes", Entry.Archive(Entry.Raw("x", 'L', content: new string('n', 5000)), Entry.File("x")), "more than 4096 bytes" },
        { "a name too deep", Entry.Archive(Entry.Raw("x", 'L', content: string.Concat(Enumerable.Repeat("a/", 1000))), Entry.File("x")), "directories deep" },
        { "a negative size", Entry.Raw("a", '0', size: "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), "negative or impossible size" },
        { "a size beyond all", Entry.Raw("a", '0', size: "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"), "negative or impossible size" },
        { "a size beyond 64 bits", Entry.Raw("a", '0', size: "\x80\x01\0\0\0\0\0\0\0\0\0\0"), "too large" },
        { "a negative size in PAX", Entry.Archive(Entry.Pax("11 size=-5\n"), Entry.File("a")), "negative or impossible size" },
        { "a size that is no number", Entry.Raw("a", '0', size: "0000zz"), "not a number" },
        { "an owner out of range", Entry.Archive(Entry.Pax("18 uid=4294967295\n"), Entry.File("a")), "out of range" },
        { "a PAX record too long", Entry.Archive(Entry.Pax("99 uid=1\n"), Entry.File("a")), "PAX header is damaged" },
        { "a PAX record without key", Entry.Archive(Entry.Pax("6 =xy\n"), Entry.File("a")), "PAX header is damaged" },
        { "a PAX record without end", Entry.Archive(Entry.Pax("8 uid=11"), Entry.File("a")), "PAX header is damaged" },
        { "a NUL in a name", Entry.Archive(Entry.Pax("12 path=a\0b\n"), Entry.File("a")), "holds a NUL" },
        { "a sparse map beyond the file", Sparse("5", "2\n0\n1\n9\n4\n"), "sparse map" },
        { "a sparse map that overlaps", Sparse("50", "2\n0\n4\n2\n1\n"), "sparse map" },
        { "a sparse map without end", Sparse("5", "9999999\n"), "sparse map" },
        { "a sparse map of nonsense", Sparse("5", "2\nx"), "sparse map" },
        { "zeroes in the middle", [.. Entry.File("a"), .. new byte[512], .. Entry.File("b")], "block of zeroes" },
        { "an unknown type", Entry.Archive(Entry.Raw("a", 'Q')), "unknown tar entry type 'Q'" },
        { "a name of 300 bytes", Entry.Archive(Entry.Raw("x", 'L', content: new string('n', 300)), Entry.File("x")), "file name too long" },
        { "an empty name", Entry.Archive(Entry.File("")), "empty name" },
        { "a link to nothing", Entry.Archive(Entry.Symlink("a", "")), "a symbolic link to nothing" },
    };

    [Theory]
    [MemberData(nameof(Escapes), DisableDiscoveryEnumeration = true)]
    public void A_layer_that_leads_outside_is_refused(string what, byte[][] entries, string reason)
    {
        Assert.NotEmpty(what);
        using StoreFixture fixture = new();
        Refuse(fixture, Entry.Archive(entries), reason);
        Assert.False(File.Exists(s_outside));
        Assert.False(Path.Exists("/tmp/escaped"));
        Assert.Empty(Directory.GetFileSystemEntries(fixture.Folder, "*escape*", SearchOption.AllDirectories));
    }

    [Theory]
    [MemberData(nameof(Damages), DisableDiscoveryEnumeration = true)]
    public void A_damaged_archive_is_refused(string what, byte[] tar, string reason)
    {
        Assert.NotEmpty(what);
        using StoreFixture fixture = new();
        Refuse(fixture, tar, reason);
    }

    [Fact]
    public void Another_digest_than_expected_is_refused()
    {
        using StoreFixture fixture = new();
        Oci.DiffId expected = new(Oci.Digest.Sha256("other"u8));
        BrigException failure = Assert.Throws<BrigException>(() =>
            fixture.Store.Ingest(new MemoryStream(Entry.Archive(Entry.File("a"))), expected, () => [], TestContext.Current.CancellationToken));
        Assert.Contains(expected.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Empty(fixture.Store.All());
        Assert.Equal("", fixture.Staged);
    }

    [Fact]
    public void Bytes_of_chance_never_do_worse_than_an_error()
    {
        byte[] good = Entry.Archive(Entry.Directory("a/"), Entry.Records("SCHILY.xattr.user.a=1", "uid=12"), Entry.File("a/b", new string('y', 700)), Entry.Symlink("l", "a"), Entry.File("l/c"), Entry.Link("h", "a/b"), Entry.File(".wh.z"));
        Random random = new(20260101);
        for (int round = 0; round < 300; round++)
        {
            byte[] tar = [.. good];
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                tar[random.Next(tar.Length)] = (byte)random.Next(256);
            }

            for (int at = 0; at + 512 <= tar.Length; at += 512)
            {
                if (tar.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))
                {
                    Entry.Sign(tar[at..(at + 512)]).CopyTo(tar, at);
                }
            }

            using StoreFixture fixture = new();
            try
            {
                fixture.Ingest(tar);
            }
            catch (Exception failure) when (failure is BrigException or Linux.LinuxException)
            {
                Assert.DoesNotContain('\n', failure.Message);
                Assert.Empty(fixture.Store.All());
            }

            Assert.Equal("", fixture.Staged);
        }
    }

    private static void Refuse(StoreFixture fixture, byte[] tar, string reason)
    {
        Exception failure = Assert.ThrowsAny<Exception>(() => fixture.Ingest(tar));
        Assert.True(failure is BrigException or Linux.LinuxException, failure.ToString());
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Empty(fixture.Store.All());
        Assert.Equal("", fixture.Staged);
    }

    private static byte[] Sparse(string length, string map)
    {
        byte[] header = Entry.Records("GNU.sparse.major=1", "GNU.sparse.minor=0", $"GNU.sparse.realsize={length}", "GNU.sparse.name=s");
        return Entry.Archive(header, Entry.File("s", map.PadRight(512, '\0') + "abcde"));
    }

    private static byte[] Device00(string name)
    {
        byte[] entry = Entry.Raw(name, '3');
        entry[329 + 6] = (byte)'0';
        entry[337 + 6] = (byte)'0';
        return Entry.Sign(entry);
    }

    private static byte[] Change(byte[] tar, int at, byte value)
    {
        tar[at] = value;
        return tar;
    }
}
