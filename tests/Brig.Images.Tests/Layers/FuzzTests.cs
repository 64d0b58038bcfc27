using Brig.Linux;
using Brig.Oci;

namespace Brig.Images.Tests.Layers;

/// <summary>Archives that no program wrote: whatever they are, they are unpacked inside the layer or refused with one line, and nothing stays of what was refused.</summary>
public sealed class FuzzTests
{
    [Fact]
    public void Damaged_archives_are_unpacked_or_refused() => Run(seed: 20_24, rounds: 500);

    /// <summary>The same for as long as one likes: <c>Brig.Images.Tests fuzz ROUNDS SEED</c>.</summary>
    internal static void Run(int seed, int rounds)
    {
        using StoreFixture fixture = new("/dev/shm");
        byte[][] seeds = Seeds(fixture);
        string outside = fixture.Make("outside");
        File.WriteAllText(Path.Combine(outside, "canary"), "alive");
        Random random = new(seed);
        int taken = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] archive = Mutate(seeds[random.Next(seeds.Length)], random);
            try
            {
                DiffId id = fixture.Ingest(archive).DiffId;
                Assert.Equal(Digest.Sha256(archive), id.Digest);
                fixture.Store.Remove(id);
                taken++;
            }
            catch (Exception failure) when (failure is BrigException or LinuxException)
            {
                Assert.DoesNotContain('\n', failure.Message);
            }

            Assert.Equal("", fixture.Staged);
            Assert.Equal("alive", File.ReadAllText(Path.Combine(outside, "canary")));
            Assert.Single(Directory.GetFileSystemEntries(outside));
        }

        Assert.InRange(taken, 1, rounds);
        Assert.Empty(fixture.Store.All());
    }

    private static byte[][] Seeds(StoreFixture fixture)
    {
        Shell.Run("""
            mkdir -p t/a/b; cd t; echo one > a/one; ln a/one a/b/two; ln -s ../../outside a/b/link; mkfifo pipe; truncate -s 300K sparse; echo x >> sparse; n=$(printf 'n%.0s' {1..120}); mkdir -p $n/$n; echo far > $n/$n/file
            setfattr -n user.a -v b a/one; for f in gnu ustar posix; do tar -cf ../$f.tar --numeric-owner --format=$f $([ $f = posix ] && echo --xattrs) $([ $f = ustar ] && echo --exclude=*nnn* || echo --sparse) . ; done
            """, fixture.Folder);
        return
        [
            .. new[] { "gnu", "ustar", "posix" }.Select(format => File.ReadAllBytes(Path.Combine(fixture.Folder, format + ".tar"))),
            Entry.Archive(Entry.Symlink("out", "../../../outside"), Entry.File("out/canary", "dead"), Entry.Link("hard", "../../outside/canary"), Entry.File("d/.wh..wh..opq", ""), Entry.File("d/.wh.x", ""), Entry.File("../up", "x")),
            Entry.Archive(Entry.Directory("d/"), Entry.Symlink("d/l", "/outside"), Entry.Directory("d/l/"), Entry.File("d/l/canary", "dead"), Entry.Records("path=d/../../x", "size=5"), Entry.File("y", "12345")),
        ];
    }

    /// <summary>Changes bytes, mostly of headers, cuts, repeats and moves blocks; sums are put right half of the time, so that what is behind them is read.</summary>
    private static byte[] Mutate(byte[] seed, Random random)
    {
        List<byte[]> blocks = [.. seed.Chunk(512).Select(block => block.ToArray())];
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            int at = random.Next(Math.Min(blocks.Count, 40));
            switch (random.Next(6))
            {
                case 0:
                    blocks.RemoveRange(at, Math.Min(random.Next(1, 4), blocks.Count - at));
                    break;
                case 1:
                    blocks.Insert(random.Next(blocks.Count), [.. blocks[at]]);
                    break;
                default:
                    int field = random.Next(4) switch { 0 => random.Next(0, 100), 1 => random.Next(100, 157), 2 => random.Next(157, 345), _ => random.Next(blocks[at].Length) };
                    blocks[at][Math.Min(field, blocks[at].Length - 1)] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => (byte)"0123456789/.\0gxLKS"[random.Next(18)], _ => 0xFF };
                    if (blocks[at].Length == 512 && random.Next(2) == 0)
                    {
                        Entry.Sign(blocks[at]);
                    }

                    break;
            }

            if (blocks.Count == 0)
            {
                return [];
            }
        }

        byte[] whole = [.. blocks.SelectMany(block => block)];
        return random.Next(8) == 0 ? whole[..random.Next(whole.Length)] : whole;
    }
}
