using System.Text;
using Brig.Images.Registry;
using Brig.Images.Registry.Credentials;
using Brig.Images.Tests.Support;
using Brig.Oci;
using Brig.Oci.Images;
using static Brig.Images.Tests.Support.BadServer;

namespace Brig.Images.Tests.Registry;

public sealed class HostileTests
{
    private static readonly TestImage s_image = TestImage.Small(99);

    public static TheoryData<string, string> Manifests => new()
    {
        { "not found", "manifest for HOST/x:latest not found: manifest unknown" },
        { "unknown name", "pull access denied for HOST/x, repository does not exist or may require 'brig login'" },
        { "forbidden", "pull access denied for HOST/x, repository does not exist or may require 'brig login'" },
        { "unauthorized", "pull access denied for HOST/x, repository does not exist or may require 'brig login'" },
        { "too many", "toomanyrequests: slow down" },
        { "broken", "HOST/x:latest: received unexpected HTTP status: 500 Internal Server Error" },
        { "html", "HOST/x:latest: the registry answered with something that is no manifest (text/html)" },
        { "endless", "HOST/x:latest: the manifest has more than 4 MiB" },
        { "schema 1", "HOST/x:latest: image manifests of schema 1 are not supported (the image must be pushed again with a current tool)" },
        { "both", "HOST/x:latest: invalid image manifest" },
        { "closed", "Get \"http://HOST/v2/x/manifests/latest\": the connection was closed before an answer" },
        { "stalled", "Get \"http://HOST/v2/x/manifests/latest\": i/o timeout" },
        { "headers", "Get \"http://HOST/v2/x/manifests/latest\": The HTTP response headers length exceeded the set limit of 65536 bytes." },
        { "no JSON", "HOST/x:latest: the registry answered with something that is no manifest (application/json)" },
        { "deep", "HOST/x:latest: the registry answered with something that is no manifest (application/json)" },
        { "to http", "HOST: refusing the redirect to ftp://example.org/" },
        { "loop", "HOST: refusing the redirect to http://HOST/v2/x/manifests/latest" },
    };

    [Theory]
    [MemberData(nameof(Manifests))]
    public async Task A_bad_answer_to_the_manifest_is_one_line(string kind, string expected)
    {
        Answer Change(BadServer server) => kind switch
        {
            "not found" => Answer.Of("404 Not Found", "", """{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"""),
            "unknown name" => Answer.Of("404 Not Found", "", """{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}"""),
            "forbidden" => Answer.Of("403 Forbidden"),
            "unauthorized" => Answer.Of("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n"),
            "too many" => Answer.Of("429 Too Many Requests", "", """{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}"""),
            "broken" => Answer.Of("500 Internal Server Error", "", "<html>"),
            "html" => Answer.Ok("<html>hello</html>"u8.ToArray(), "text/html"),
            "endless" => new Answer("200 OK", "Content-Type: application/json\r\n", new byte[65536], -1),
            "schema 1" => Answer.Ok("""{"schemaVersion":1,"fsLayers":[]}"""u8.ToArray(), "application/vnd.docker.distribution.manifest.v1+prettyjws"),
            "both" => Answer.Ok("""{"schemaVersion":2,"layers":[],"manifests":[]}"""u8.ToArray()),
            "headers" => new Answer("200 OK", $"X-Much: {new string('x', 200_000)}\r\n", []),
            "no JSON" => Answer.Ok("{\"schemaVersion\":2,"u8.ToArray()),
            "deep" => Answer.Ok(Encoding.ASCII.GetBytes("{\"schemaVersion\":2,\"layers\":" + new string('[', 100_000))),
            "stalled" => new Answer("200 OK", "Content-Length: 100\r\n", "{"u8.ToArray()),
            "to http" => Answer.Of("307 Temporary Redirect", "Location: ftp://example.org/\r\n"),
            "loop" => Answer.Of("307 Temporary Redirect", $"Location: http://{server.Address}/v2/x/manifests/latest\r\n"),
            _ => new Answer("", "", []),
        };

        using TestStore test = new();
        using SemaphoreSlim hold = new(0);
        using BadServer server = new((path, _, self) =>
        {
            if (path == "/v2/")
            {
                return Answer.Ok("{}"u8.ToArray());
            }

            if (kind == "closed")
            {
                throw new IOException();
            }

            if (kind == "stalled")
            {
                hold.Wait(TimeSpan.FromSeconds(1));
            }

            return Change(self);
        });
        RegistryTimeouts timeouts = new() { Progress = TimeSpan.FromMilliseconds(kind == "stalled" ? 500 : 20_000), Retry = TimeSpan.FromMilliseconds(5) };
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => test.PullAsync($"{server.Address}/x", timeouts: timeouts));
        Assert.Equal(expected.Replace("HOST", server.Address, StringComparison.Ordinal), error.Message);
        test.AssertEmpty();
    }

    public static TheoryData<string, string> Blobs => new()
    {
        { "wrong bytes", "filesystem layer verification failed for digest" },
        { "short", "the registry has 10 bytes, the manifest says" },
        { "truncated", "the connection broke after 10 of" },
        { "endless", "the registry sends more than the" },
        { "stalled", "no data from HOST for" },
        { "html", "the registry has 6 bytes, the manifest says" },
        { "not found", "the registry does not have it" },
        { "config", "image config verification failed for digest" },
        { "diff ID", "its content has the diff ID" },
        { "not gzip", "" },
    };

    [Theory]
    [MemberData(nameof(Blobs))]
    public async Task A_bad_layer_is_one_line_and_nothing_stays(string kind, string expected)
    {
        byte[] layer = s_image.Layers[0].Blob;
        TestImage image = kind switch
        {
            "diff ID" => new TestImage((TestTar.Of(("b", [2])), TestTar.Gzip(TestTar.Of(("a", [1]))), MediaTypes.OciLayerGzip)),
            "not gzip" => new TestImage((TestTar.Of(("b", [2])), [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6], MediaTypes.OciLayerGzip)),
            _ => s_image,
        };
        using TestStore test = new();
        using BadServer server = For(image, (path, _) =>
        {
            bool isLayer = path.EndsWith(Digest.Sha256(layer).Hex, StringComparison.Ordinal), isConfig = path.EndsWith(image.Id.Hex, StringComparison.Ordinal);
            return (kind, isLayer, isConfig) switch
            {
                ("wrong bytes", true, _) => Answer.Ok([.. layer[..^1], (byte)(layer[^1] ^ 1)]),
                ("short", true, _) => Answer.Ok(layer[..10]),
                ("truncated", true, _) => new Answer("200 OK", $"Content-Length: {layer.Length}\r\n", layer[..10]),
                ("endless", true, _) => new Answer("200 OK", "", new byte[65536], -1),
                ("stalled", true, _) => new Answer("200 OK", $"Content-Length: {layer.Length}\r\n", [], -1),
                ("html", true, _) => Answer.Ok("<html>"u8.ToArray(), "text/html"),
                ("not found", true, _) => Answer.Of("404 Not Found"),
                ("config", _, true) => Answer.Ok([.. image.Config[..^1], (byte)' ']),
                _ => null,
            };
        });
        RegistryTimeouts timeouts = new() { Progress = TimeSpan.FromMilliseconds(kind == "stalled" ? 400 : 20_000), Retry = TimeSpan.FromMilliseconds(5) };
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => test.PullAsync($"{server.Address}/x", timeouts: timeouts));
        Assert.Contains(expected.Replace("HOST", server.Address, StringComparison.Ordinal), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        test.AssertClean();
        if (kind is "truncated" or "stalled")
        {
            // The network's failures pass: what had come stays for the next pull, until somebody cleans up.
            Assert.NotEmpty(test.Files());
            test.Store.Prune(PruneScope.Dangling);
        }

        test.AssertEmpty();
    }

    [Fact]
    public async Task A_transfer_that_breaks_is_taken_up_where_it_broke()
    {
        byte[] layer = s_image.Layers[0].Blob;
        List<string> ranges = [];
        using TestStore test = new();
        using BadServer server = For(s_image, (path, request) =>
        {
            if (!path.EndsWith(Digest.Sha256(layer).Hex, StringComparison.Ordinal))
            {
                return null;
            }

            string? range = request.Split("\r\n").FirstOrDefault(line => line.StartsWith("Range:", StringComparison.OrdinalIgnoreCase));
            lock (ranges)
            {
                ranges.Add(range ?? "");
            }

            int from = range is null ? 0 : int.Parse(range.Split('=')[1].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            int until = ranges.Count < 3 ? from + 1000 : layer.Length;
            return range is null ? new Answer("200 OK", $"Content-Length: {layer.Length}\r\n", layer[..until])
                : new Answer("206 Partial Content", $"Content-Length: {layer.Length - from}\r\nContent-Range: bytes {from}-{layer.Length - 1}/{layer.Length}\r\n", layer[from..until]);
        });
        await test.PullAsync($"{server.Address}/x");
        Assert.Equal(["", "Range: bytes=1000-", "Range: bytes=2000-"], ranges);
        test.AssertClean();
    }

    [Fact]
    public async Task Passing_failures_are_tried_again()
    {
        int count = 0;
        using TestStore test = new();
        using BadServer server = For(s_image, (path, _) => path.Contains("/blobs/", StringComparison.Ordinal) && Interlocked.Increment(ref count) % 2 == 1 ? Answer.Of("503 Service Unavailable") : null);
        await test.PullAsync($"{server.Address}/x");
        test.AssertClean();
    }

    [Fact]
    public async Task A_registry_that_is_down_is_said_so()
    {
        using TestStore test = new();
        string address = $"127.0.0.1:{RegistryServer.FreePort()}";
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => test.PullAsync($"{address}/x"));
        Assert.Equal($"Get \"http://{address}/v2/\": connect: connection refused", error.Message);
        error = await Assert.ThrowsAsync<BrigException>(() => test.PullAsync("no-such-host.invalid/x"));
        Assert.Equal("Get \"https://no-such-host.invalid/v2/x/manifests/latest\": lookup no-such-host.invalid: no such host", error.Message);
    }

    [Fact]
    public async Task Credentials_stay_with_the_registry_when_it_redirects()
    {
        byte[] layer = s_image.Layers[0].Blob;
        using BadServer storage = new((_, _, _) => Answer.Ok(layer));
        using BadServer server = For(s_image, (path, request) =>
            !request.Contains("Authorization: Basic dTpw\r\n", StringComparison.Ordinal) ? Answer.Of("401 Unauthorized", "WWW-Authenticate: Basic realm=\"r\"\r\n")
            : path.EndsWith(Digest.Sha256(layer).Hex, StringComparison.Ordinal) ? Answer.Of("307 Temporary Redirect", $"Location: http://{storage.Address}/blob\r\n")
            : null);
        using TestStore test = new();
        await test.PullAsync($"{server.Address}/x", credentials: registry => registry == server.Address ? new Credential("u", "p") : null);
        Assert.DoesNotContain("Authorization", Assert.Single(storage.Requests), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Authorization", server.Requests[0], StringComparison.OrdinalIgnoreCase);
    }
}
