using System.Diagnostics;
using Brig.Images.Tests.Support;

namespace Brig.Images.Tests.Transfers;

public sealed class KillTests(RegistryServer registry) : IClassFixture<RegistryServer>
{
    [Fact]
    public async Task A_pull_that_is_killed_leaves_nothing_wrong_and_the_next_one_works()
    {
        string name = registry.Put(new TestImage([.. Enumerable.Range(0, 5).Select(i => TestImage.Gzip(TestTar.Random($"file{i}", 6_000_000, 70 + i)))]), "killed:1");
        string folder = Directory.CreateTempSubdirectory("brig-kill-").FullName;
        try
        {
            int interrupted = 0;
            for (int i = 0; i < 10; i++)
            {
                using (Process child = Start(folder, name))
                {
                    Assert.Equal("ready", await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
                    await Task.Delay(Random.Shared.Next(20, 350), TestContext.Current.CancellationToken);
                    child.Kill();
                    interrupted += await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) == "done" ? 0 : 1;
                    await child.WaitForExitAsync(TestContext.Current.CancellationToken);
                }

                using TestStore test = new(folder);
                Assert.DoesNotContain(test.Store.Check(CheckMode.Repair), finding => !finding.Repaired);
                test.AssertClean();
                if (test.Store.Find(name) is { } whole)
                {
                    test.Store.Remove(whole.Id.ToString(), new RemovalOptions());
                }

            }

            using TestStore last = new(folder);
            await last.PullAsync(name);
            last.AssertClean();
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

    private static Process Start(string folder, string name) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["pull", folder, name]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
