using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Images.Tests.Transfers;

public sealed class KillTests(RegistryServer registry) : IClassFixture<RegistryServer>
{
    // More by hand: BRIG_KILL_ROUNDS=200.
    private static readonly int s_rounds = int.Parse(Environment.GetEnvironmentVariable("BRIG_KILL_ROUNDS") is { Length: > 0 } rounds ? rounds : "30", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_pull_that_is_killed_leaves_nothing_wrong_and_the_next_one_goes_on()
    {
        TestImage image = new([.. Enumerable.Range(0, 5).Select(i => TestImage.Gzip(TestTar.Random($"file{i}", 6_000_000, 70 + i)))]);
        string name = registry.Put(image, "killed:1");
        string folder = Directory.CreateTempSubdirectory("brig-kill-").FullName;
        try
        {
            int interrupted = 0;
            for (int i = 0; i < s_rounds; i++)
            {
                using (Process child = Start(folder, name))
                {
                    Assert.Equal("ready", await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
                    await Task.Delay(Random.Shared.Next(5, 300), TestContext.Current.CancellationToken);
                    child.Kill();
                    interrupted += await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) == "done" ? 0 : 1;
                    await child.WaitForExitAsync(TestContext.Current.CancellationToken);
                }

                using TestStore test = new(folder);
                test.AssertNothingWrong();
                HashSet<string> finished = [.. image.Layers.Where(layer => test.Store.Layers.Find(new DiffId(Digest.Sha256(layer.Tar))) is not null).Select(layer => Digest.Sha256(layer.Blob).Short)];
                if (i % 3 == 2)
                {
                    ConcurrentBag<TransferProgress> news = [];
                    Image whole = (await test.PullAsync(name, progress: new Collected(news))).Image;
                    Assert.All(finished, layer => Assert.DoesNotContain(news, item => item.Id == layer && item.State is TransferState.Pulling or TransferState.Downloading));
                    test.AssertClean();
                    test.Store.Remove(whole.Id.ToString(), new RemovalOptions { Force = true });
                    test.AssertEmpty();
                }
            }

            Assert.True(interrupted > 0, "no pull was killed in time");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_full_disk_is_one_line_and_nothing_stays()
    {
        string name = registry.Put(new TestImage(TestImage.Gzip(TestTar.Random("big", 24_000_000, 80)), TestImage.Gzip(TestTar.Random("big2", 24_000_000, 81))), "full:1");
        string folder = Directory.CreateTempSubdirectory("brig-full-").FullName;
        Tool.Run("mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", folder);
        try
        {
            using TestStore test = new(folder);
            BrigException error = await Assert.ThrowsAsync<BrigException>(() => test.PullAsync(name));
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

    private sealed class Collected(ConcurrentBag<TransferProgress> news) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => news.Add(value);
    }

    private static Process Start(string folder, string name) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["pull", folder, name]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
