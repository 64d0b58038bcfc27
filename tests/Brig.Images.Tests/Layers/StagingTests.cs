using System.Diagnostics;
using Brig.Images.Layers;
using Brig.Linux;
using Brig.Oci;

namespace Brig.Images.Tests.Layers;

public sealed class StagingTests
{
    [Fact]
    public async Task What_is_being_made_is_not_reclaimed()
    {
        using StoreFixture fixture = new();
        using Waiting tar = new(Entry.Archive(Entry.File("a", new string('x', 100000))));
        Task<Layer> work = Task.Run(() => fixture.Store.Ingest(tar, null, () => [], TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        tar.Reached.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(0, fixture.Store.Reclaim());
        Assert.NotEqual("", fixture.Staged);
        tar.Go.Set();
        Layer layer = await work;
        Assert.Equal(100000, layer.Size);
        Assert.Equal("", fixture.Staged);
    }

    [Fact]
    public void What_a_killed_process_left_is_reclaimed()
    {
        using StoreFixture fixture = new();
        string fifo = Path.Combine(fixture.Folder, "tar");
        Shell.Run("mkfifo tar", fixture.Folder);
        using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, []) { Environment = { [Child.Variable] = $"{fixture.Root.Root}:{fixture.Root.RunRoot}:{fifo}" }, RedirectStandardOutput = true })!;
        using (FileStream input = new(fifo, FileMode.Open, FileAccess.Write))
        {
            input.Write(Entry.File("a/b", new string('x', 300000)));
            input.Write(Entry.File("a/c", new string('y', 3000000)).AsSpan(0, 2000000));
            input.Flush();
            Assert.True(SpinWait.SpinUntil(() => Directory.GetFiles(fixture.Root.Staging, "c", SearchOption.AllDirectories).Length > 0, 20000));
            Assert.Equal(0, fixture.Store.Reclaim());
            process.Kill();
            process.WaitForExit();
        }

        Assert.Empty(fixture.Store.All());
        Assert.NotEqual("", fixture.Staged);
        Assert.Equal(1, fixture.Store.Reclaim());
        Assert.Equal("", fixture.Staged);
    }

    [Fact]
    public void Many_at_once_make_one_layer_while_others_reclaim()
    {
        using StoreFixture fixture = new();
        byte[] tar = Entry.Archive([.. Enumerable.Range(0, 20).Select(i => Entry.File($"d{i}/f", "x"))]);
        using CancellationTokenSource done = new();
        Thread reclaim = new(() =>
        {
            while (!done.IsCancellationRequested)
            {
                fixture.Store.Reclaim();
            }
        });
        reclaim.Start();
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            Layer layer = fixture.Ingest(i % 4 == 0 ? Entry.Archive(Entry.File($"f{i}")) : tar);
            if (i % 8 == 0)
            {
                fixture.Store.Remove(layer.DiffId);
            }
        });
        done.Cancel();
        reclaim.Join();
        Assert.Equal(26, fixture.Store.All().Count);
        Assert.Equal("", fixture.Staged);
    }

    [Fact]
    public async Task A_cancelled_one_leaves_nothing()
    {
        using StoreFixture fixture = new();
        using CancellationTokenSource cancel = new();
        using Waiting tar = new(Entry.Archive(Entry.File("a", new string('x', 100000))));
        Task work = Task.Run(() => fixture.Store.Ingest(tar, null, () => [], cancel.Token), TestContext.Current.CancellationToken);
        tar.Reached.Wait(TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        tar.Go.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        Assert.Equal("", fixture.Staged);
        Assert.Empty(fixture.Store.All());
    }

    [Fact]
    public void A_stream_that_fails_leaves_nothing()
    {
        using StoreFixture fixture = new();
        using Waiting tar = new(Entry.Archive(Entry.File("a", new string('x', 100000)))) { Failure = new IOException("the line is dead") };
        tar.Go.Set();
        IOException failure = Assert.Throws<IOException>(() => fixture.Store.Ingest(tar, null, () => [], TestContext.Current.CancellationToken));
        Assert.Equal("the line is dead", failure.Message);
        Assert.Equal("", fixture.Staged);
        Assert.Empty(fixture.Store.All());
    }

    [Fact]
    public void A_full_disk_is_one_line_and_leaves_nothing()
    {
        using StoreFixture fixture = new();
        Shell.Run("mount -t tmpfs -o size=1m none root/staging", fixture.Folder);
        try
        {
            LinuxException failure = Assert.Throws<LinuxException>(() => fixture.Ingest(Entry.Archive(Entry.File("a/big", new string('x', 3000000)))));
            Assert.Equal("write a/big: no space left on device", failure.Message);
            Assert.Equal("", fixture.Staged);
        }
        finally
        {
            Shell.Run("umount root/staging", fixture.Folder);
        }
    }

    [Fact]
    public void The_same_content_made_in_another_order_is_the_same_layer()
    {
        using StoreFixture fixture = new();
        Shell.Run("""
            mkdir one two
            (cd one; for i in $(seq 50) a-b a.b a A; do echo $i > $i.txt; mkdir d$i; echo x > d$i/x; done; ln 1.txt z; ln 1.txt 0; setfattr -n user.b -v 2 z; setfattr -n user.a -v 1 z)
            (cd two; echo 1 > z; setfattr -n user.a -v 1 z; setfattr -n user.b -v 2 z; ln z 0; ln z 1.txt; for i in A a a.b a-b $(seq 50 -1 2); do mkdir d$i; echo x > d$i/x; echo $i > $i.txt; done; mkdir d1; echo x > d1/x)
            find one two -exec touch -hd @1000 {} +
            """, fixture.Folder);
        DiffId first = fixture.Store.Adopt(Path.Combine(fixture.Folder, "one"), TestContext.Current.CancellationToken).DiffId;
        DiffId second = fixture.Store.Adopt(Path.Combine(fixture.Folder, "two"), TestContext.Current.CancellationToken).DiffId;
        Assert.Equal(first, second);
        Assert.Single(fixture.Store.All());
        Assert.Equal("", fixture.Staged);
    }
}
