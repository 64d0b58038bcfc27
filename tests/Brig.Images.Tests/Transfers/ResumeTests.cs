using System.Diagnostics;
using System.Globalization;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Images.Usage;
using Brig.Oci;
using static Brig.Images.Tests.Support.BadServer;

namespace Brig.Images.Tests.Transfers;

public sealed class ResumeTests
{
    private static readonly TestImage s_image = new(TestImage.Gzip(TestTar.Random("a", 300_000, 90)), TestImage.Gzip(TestTar.Random("b", 4_000_000, 91)));

    [Fact]
    public async Task A_pull_that_was_killed_goes_on_where_it_was_and_keeps_finished_layers()
    {
        string folder = Directory.CreateTempSubdirectory("brig-resume-").FullName;
        try
        {
            bool isWhole = false;
            using BadServer server = Serving(() => isWhole, 1_500_000);
            using (Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["pull", folder, $"{server.Address}/x"]) { RedirectStandardOutput = true, RedirectStandardError = true })!)
            {
                // The second layer stops in its middle and does not go on: whatever can arrive has arrived then.
                string partial = Path.Combine(folder, "root", "blobs", "partial", Digest.Sha256(s_image.Layers[1].Blob).Hex), layer = Path.Combine(folder, "root", "layers", Digest.Sha256(s_image.Layers[0].Tar).Hex);
                Eventually(() => new FileInfo(partial) is { Exists: true, Length: >= 1_500_000 } && Directory.Exists(layer));
                child.Kill();
                await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            using TestStore test = new(folder);
            test.AssertNothingWrong();
            lock (server.Requests)
            {
                server.Requests.Clear();
            }

            isWhole = true;
            PullResult result = await test.PullAsync($"{server.Address}/x");
            Assert.Equal(s_image.Id, result.Image.Id);
            string request = Assert.Single(server.Requests, request => request.Contains("/blobs/", StringComparison.Ordinal) && !request.Contains(s_image.Id.Hex, StringComparison.Ordinal));
            Assert.Contains("Range: bytes=1500000-", request, StringComparison.Ordinal);
            test.AssertClean();
            Assert.Empty(Directory.GetFiles(Path.Combine(test.Root.Blobs, "partial")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_pull_whose_network_failed_goes_on_and_damage_in_between_is_found_and_fetched_anew()
    {
        using TestStore test = new();
        bool isWhole = false;
        using BadServer server = Serving(() => isWhole, 1_000_000);
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => test.PullAsync($"{server.Address}/x", timeouts: new() { Progress = TimeSpan.FromSeconds(1), Retry = TimeSpan.FromMilliseconds(5) }));
        Assert.Equal(ErrorKind.Unavailable, error.Kind);
        string partial = Assert.Single(Directory.GetFiles(Path.Combine(test.Root.Blobs, "partial")));
        test.AssertClean();

        // As after a loss of power: the length was written, the content not.
        await using (FileStream file = File.Open(partial, FileMode.Open))
        {
            file.Seek(500_000, SeekOrigin.Begin);
            file.Write(new byte[4096]);
        }

        isWhole = true;
        Assert.Equal(s_image.Id, (await test.PullAsync($"{server.Address}/x")).Image.Id);
        test.AssertClean();
        Assert.Empty(Directory.GetFiles(Path.Combine(test.Root.Blobs, "partial")));
    }

    [Fact]
    public async Task What_nobody_comes_back_for_goes_after_a_day()
    {
        ManualTime time = new();
        using TestStore test = new(null, time);
        using BadServer server = Serving(() => false, 1_000_000);
        await Assert.ThrowsAsync<BrigException>(() => test.PullAsync($"{server.Address}/x", timeouts: new() { Progress = TimeSpan.FromSeconds(1), Retry = TimeSpan.FromMilliseconds(5) }));
        Assert.NotEmpty(test.Files());
        time.Now += TimeSpan.FromHours(23);
        test.AssertClean();
        Assert.NotEmpty(test.Files());
        time.Now += TimeSpan.FromHours(2);
        test.AssertClean();
        test.AssertEmpty();
    }

    [Fact]
    public async Task An_interrupted_pull_keeps_what_it_has()
    {
        using TestStore test = new();
        using CancellationTokenSource interruption = new();
        using BadServer server = Serving(() => false, 1_000_000);
        using Brig.Images.Registry.Registries registries = new(_ => null, TestStore.Fast);
        Task<PullResult> pull = new ImagePuller(test.Store, registries).PullAsync(ImageReference.Parse($"{server.Address}/x"), PullScope.Of(Platform.Host), Silent.Instance, interruption.Token);
        Eventually(() => Directory.Exists(Path.Combine(test.Root.Blobs, "partial")) && Directory.GetFiles(Path.Combine(test.Root.Blobs, "partial")).Any(file => new FileInfo(file).Length >= 1_000_000));
        await interruption.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull);
        test.AssertClean();
        Assert.NotEmpty(test.Files());

        // It is counted as what it is, to the byte.
        StoreUsage usage = StoreUsage.Of(test.Store);
        Assert.All(usage.Unfinished, item => Assert.Equal(UnfinishedState.Kept, item.State));
        Assert.Contains(usage.Unfinished, item => item.Kind == UnfinishedKind.Partial);
        long taken = long.Parse(Tool.Run("sh", "-c", $"du -cB1 $(find {test.Root.Root}/layers {test.Root.Root}/staging {test.Root.Root}/blobs/* -mindepth 1 -maxdepth 1) | tail -n 1 | cut -f1"), CultureInfo.InvariantCulture);
        Assert.Equal(taken, usage.ImagesSize + usage.CacheSize + usage.Unfinished.Sum(item => item.Size));
        Assert.InRange(test.Store.Prune(PruneScope.Dangling).Reclaimed, taken, taken);
        test.AssertEmpty();
    }

    /// <summary>A registry whose second layer stops after so many bytes, and goes on for nobody, until it is whole.</summary>
    private static BadServer Serving(Func<bool> isWhole, int until)
    {
        byte[] second = s_image.Layers[1].Blob;
        Assert.True(second.Length > until);
        return For(s_image, (path, request) =>
        {
            if (!path.EndsWith(Digest.Sha256(second).Hex, StringComparison.Ordinal))
            {
                return null;
            }

            string? range = request.Split("\r\n").FirstOrDefault(line => line.StartsWith("Range:", StringComparison.OrdinalIgnoreCase));
            int from = range is null ? 0 : int.Parse(range.Split('=')[1].TrimEnd('-'), CultureInfo.InvariantCulture);
            string head = range is null ? $"Content-Length: {second.Length}\r\n" : $"Content-Length: {second.Length - from}\r\nContent-Range: bytes {from}-{second.Length - 1}/{second.Length}\r\n";
            string status = range is null ? "200 OK" : "206 Partial Content";
            return isWhole() ? new Answer(status, head, second[from..]) : new Answer(status, head, from < until ? second[from..until] : []) { Stalls = true };
        });
    }

    private static void Eventually(Func<bool> condition)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "it did not happen");
            Thread.Sleep(20);
        }
    }
}
