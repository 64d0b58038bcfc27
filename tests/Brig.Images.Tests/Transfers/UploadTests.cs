using System.Globalization;
using Brig.Images.Registry;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Oci;
using static Brig.Images.Tests.Support.BadServer;

namespace Brig.Images.Tests.Transfers;

public sealed class UploadTests(RegistryServer registry) : IClassFixture<RegistryServer>
{
    [Fact]
    public async Task An_upload_that_breaks_goes_on_where_the_registry_has_it()
    {
        TestImage image = new(TestImage.Gzip(TestTar.Random("big", 12_000_000, 95)));
        using TestStore test = new();
        Image pulled = (await test.PullAsync(registry.Put(image, "uploaded:1"))).Image;
        using RegistryServer target = new();
        using ForwardingProxy way = new(target.Address);
        test.Store.Tag(pulled.Id, ImageReference.Parse($"{way.Address}/broken:1"));
        way.CutAfter(3_000_000);
        PushResult pushed = await test.PushAsync($"{way.Address}/broken:1");
        Assert.Equal(image.ManifestDigest, pushed.Digest);
        lock (way.Lines)
        {
            Assert.Contains(way.Lines, line => line.StartsWith("GET /v2/broken/blobs/uploads/", StringComparison.Ordinal));
        }

        using TestStore other = new();
        Assert.Equal(image.Id, (await other.PullAsync($"{target.Address}/broken:1")).Image.Id);
    }

    [Fact]
    public async Task A_registry_that_takes_no_large_piece_gets_chunks()
    {
        const int most = 1 << 20;
        byte[] blob = new byte[(int)(2.5 * most)];
        new Random(3).NextBytes(blob);
        MemoryStream received = new();
        List<string> ranges = [];
        using BadServer server = new((path, request, self) =>
        {
            int length = self.BodyOf(request).Length;
            string method = request.Split(' ')[0];
            string next = $"Location: /v2/x/blobs/uploads/1?state={received.Length + length}\r\n";
            switch (method)
            {
                case "POST":
                    received.SetLength(0);
                    return Answer.Of("202 Accepted", "Location: /v2/x/blobs/uploads/1?state=0\r\nOCI-Chunk-Min-Length: 1048576\r\n");
                case "PUT" or "PATCH" when length > most:
                    return Answer.Of("413 Request Entity Too Large");
                case "PATCH":
                    received.Write(self.BodyOf(request));
                    ranges.Add(request.Split("\r\n").First(line => line.StartsWith("Content-Range:", StringComparison.OrdinalIgnoreCase)).Split(": ")[1]);
                    return Answer.Of("202 Accepted", $"{next}Range: 0-{received.Length - 1}\r\n");
                case "PUT":
                    return Answer.Of("201 Created");
                default:
                    return Answer.Ok("{}"u8.ToArray());
            }
        });
        using Registries registries = new(_ => null, TestStore.Fast);
        ImageReference name = ImageReference.Parse($"{server.Address}/x:1");
        RepositoryWriter writer = new(registries, name, registries.Settings.Configuration.TargetOf(name));
        await writer.UploadAsync(Digest.Sha256(blob), blob.Length, (start, length, _) => new MemoryStream(blob, (int)start, (int)length), TestContext.Current.CancellationToken);
        Assert.Equal(blob, received.ToArray());
        Assert.Equal([$"0-{most - 1}", $"{most}-{(2 * most) - 1}", string.Create(CultureInfo.InvariantCulture, $"{2 * most}-{blob.Length - 1}")], ranges);
    }

    [Fact]
    public async Task A_blob_that_another_repository_has_is_taken_from_there()
    {
        TestImage image = TestImage.Small(96);
        using TestStore test = new();
        Image pulled = (await test.PullAsync(registry.Put(image, "team/origin:1"))).Image;
        test.Store.Tag(pulled.Id, ImageReference.Parse($"{registry.Address}/team/copy:1"));
        List<TransferProgress> news = [];
        using Registries registries = new(_ => null, TestStore.Fast);
        PushResult pushed = await new ImagePusher(test.Store, registries).PushAsync(ImageReference.Parse($"{registry.Address}/team/copy:1"), new Collected(news), TestContext.Current.CancellationToken);
        Assert.Equal(image.ManifestDigest, pushed.Digest);
        Assert.Equal(["Mounted from team/origin", "Mounted from team/origin"], news.Where(item => item.State == TransferState.Mounted).Select(item => item.Words));
        Assert.DoesNotContain(news, item => item.State == TransferState.Pushed);
        using TestStore other = new();
        Assert.Equal(image.Id, (await other.PullAsync($"{registry.Address}/team/copy:1")).Image.Id);
    }

    private sealed class Collected(List<TransferProgress> news) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            lock (news)
            {
                news.Add(value);
            }
        }
    }
}
