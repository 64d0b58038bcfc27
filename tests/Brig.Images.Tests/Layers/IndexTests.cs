using Brig.Images.Layers;
using Brig.Images.Layers.Index;
using Brig.Linux;
using Brig.Oci;
using CsCheck;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Tests.Layers;

public sealed class IndexTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        Gen<IndexEntry> entries = Gen.Select(Gen.Int[1, 7], Gen.Bool, Gen.UInt, Gen.Long, Gen.ULong, Gen.UInt[0, 5]).Select(parts => Entry(parts.Item1, parts.Item2, parts.Item3, parts.Item4, parts.Item5, parts.Item6));
        Gen.Select(entries.Array[0, 40], Gen.Int[1, 255].Array[40], Gen.Int[0, 3].Array[40]).Sample((all, lengths, ups) =>
        {
            // A walk goes at most one deeper than before.
            List<(int Depth, byte[] Name, IndexEntry Entry)> walk = [(0, [], new IndexEntry { Kind = IndexKind.Directory })];
            foreach ((IndexEntry entry, int i) in all.Select((entry, i) => (entry, i)))
            {
                walk.Add((Math.Max(1, walk[^1].Depth + 1 - ups[i]), [.. Enumerable.Range(0, lengths[i]).Select(at => (byte)('0' + ((i + at) % 40)))], entry));
            }

            using SafeFileHandle file = UnnamedFiles.Create(Path.GetTempPath());
            IndexWriter writer = new(file);
            walk.ForEach(step => writer.Add(step.Depth, step.Name, step.Entry));
            writer.Finish();
            RawFiles.Seek(file, 0);
            using IndexReader reader = new(Files.Duplicate(file));
            List<string> path = [];
            foreach ((int depth, byte[] name, IndexEntry entry) in walk)
            {
                Assert.True(reader.Next());
                Assert.Equal((depth, entry), (reader.Depth, reader.Entry));
                path = [.. path.Take(Math.Max(depth - 1, 0)), .. depth == 0 ? [] : new[] { System.Text.Encoding.ASCII.GetString(name) }];
                Assert.Equal(string.Join('/', path), System.Text.Encoding.ASCII.GetString(reader.Path));
            }

            Assert.False(reader.Next());
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void A_damaged_one_is_never_taken_for_whole()
    {
        using StoreFixture fixture = new();
        DiffId id = fixture.Ingest(Tests.Layers.Entry.Archive(Tests.Layers.Entry.Directory("d/"), Tests.Layers.Entry.File("d/a", "one"), Tests.Layers.Entry.Symlink("l", "d"))).DiffId;
        byte[] whole = File.ReadAllBytes(fixture.Store.IndexOf(id));
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[1, 255], Gen.Bool).Sample((at, change, cut) =>
        {
            byte[] bad = cut ? whole[..at] : [.. whole];
            if (!cut)
            {
                bad[at] ^= (byte)change;
            }

            File.WriteAllBytes(fixture.Store.IndexOf(id), bad);
            Assert.Throws<InvalidDataException>(() =>
            {
                using IndexReader reader = fixture.Store.OpenIndex(id, TestContext.Current.CancellationToken);
                while (reader.Next())
                {
                }
            });
        }, iter: 400, threads: 1);
    }

    [Fact]
    public void Unpacking_and_walking_the_tree_give_the_same_index()
    {
        using StoreFixture fixture = new();
        Shell.Run("""
            mkdir -p t/d/e; cd t; seq 100000 > d/long; echo x > d/short; : > d/nothing; ln d/short d/e/linked; ln -s long d/link; mkfifo pipe; mknod null c 1 3
            setfattr -n user.a -v 1 d/long; setfattr -n trusted.b -v 2 d/e; chmod 4711 d/short; truncate -s 1M sparse; tar -cf ../t.tar --numeric-owner --format=posix --xattrs --xattrs-include=* --sparse .
            """, fixture.Folder);
        DiffId id = fixture.IngestFile(Path.Combine(fixture.Folder, "t.tar")).DiffId;
        byte[] written = File.ReadAllBytes(fixture.Store.IndexOf(id));
        fixture.Store.WriteIndexAgain(id, TestContext.Current.CancellationToken);
        Assert.Equal(written, File.ReadAllBytes(fixture.Store.IndexOf(id)));

        // A layer that Brig makes has it too.
        DiffId adopted = fixture.Store.Adopt(Path.Combine(fixture.Folder, "t"), TestContext.Current.CancellationToken).DiffId;
        Assert.Equal(written, File.ReadAllBytes(fixture.Store.IndexOf(adopted)));
        File.Delete(fixture.Store.IndexOf(adopted));
        using IndexReader made = fixture.Store.OpenIndex(adopted, TestContext.Current.CancellationToken);
        int paths = 0;
        while (made.Next())
        {
            paths++;
        }

        Assert.Equal(11, paths);
    }

    private static IndexEntry Entry(int kind, bool opaque, uint number, long time, ulong sum, uint link) => (IndexKind)kind is var what && what == IndexKind.Whiteout ? new IndexEntry { Kind = what } : new IndexEntry
    {
        Kind = what,
        IsOpaque = opaque && what == IndexKind.Directory,
        Permissions = number & 0xFFF,
        Uid = number,
        Gid = number / 3,
        Seconds = time,
        Nanoseconds = number % 1_000_000_000,
        Size = what == IndexKind.File ? time & long.MaxValue : 0,
        Content = what is IndexKind.File or IndexKind.SymbolicLink ? sum : 0,
        Attributes = sum % 3 == 0 ? sum : 0,
        Link = what == IndexKind.Directory ? 0 : link,
        Major = what is IndexKind.CharacterDevice or IndexKind.BlockDevice ? number : 0,
    };
}
