using System.Text;
using Brig.Images.Archives;
using Brig.Images.Registry;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Oci;
using Brig.Oci.Images;
using static Brig.Images.Tests.Support.BadServer;

namespace Brig.Images.Tests.Transfers;

/// <summary>Answers of registries and archives of images that are damaged anywhere: they are taken, or refused with one line, and what is left is in order.</summary>
public sealed class FuzzTests
{
    private static readonly RegistryTimeouts s_impatient = new() { Progress = TimeSpan.FromSeconds(5), Retry = TimeSpan.FromMilliseconds(1) };
    private static readonly string[] s_statuses = ["200 OK", "206 Partial Content", "301 Moved Permanently", "307 Temporary Redirect", "400 Bad Request", "401 Unauthorized", "404 Not Found", "416 Range Not Satisfiable", "429 Too Many Requests", "500 Internal Server Error"];
    private static readonly string[] s_headers =
    [
        "Docker-Content-Digest: sha256:00\r\n", "Content-Range: bytes 5-9/10\r\n", "WWW-Authenticate: Bearer realm=\r\n", "WWW-Authenticate: Basic\r\n", "WWW-Authenticate: Bearer realm=\"http://127.0.0.1:1/t\",service=x\r\n",
        "Location: /v2/x/blobs/uploads/\r\n", "Location: file:///etc/passwd\r\n", "Link: <>; rel=\"next\"\r\n", "Retry-After: 0\r\n", "Content-Type: text/html\r\n", "Content-Encoding: gzip\r\n", "Transfer-Encoding: chunked\r\n",
    ];

    [Fact]
    public Task Damaged_answers_are_taken_or_refused() => RunRegistryAsync(seed: 7, rounds: 150);

    [Fact]
    public Task Damaged_image_archives_are_taken_or_refused() => RunArchiveAsync(seed: 7, rounds: 150);

    /// <summary>The same for as long as one likes: <c>Brig.Images.Tests fuzz-registry ROUNDS SEED</c>.</summary>
    internal static async Task RunRegistryAsync(int seed, int rounds)
    {
        Random random = new(seed);
        TestImage image = TestImage.Small(95);
        byte[] index = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{"mediaType":"{{MediaTypes.OciManifest}}","size":{{image.Manifest.Length}},"digest":"{{image.ManifestDigest}}","platform":{"architecture":"amd64","os":"linux"} }] }""");
        int taken = 0;
        using TestStore test = new();
        for (int round = 0; round < rounds; round++)
        {
            int left = random.Next(4); // so many answers are right before one is wrong
            bool asIndex = random.Next(2) == 0;
            Lock order = new();
            using BadServer server = BadServer.For(image, (path, request) =>
            {
                Answer right = path == "/v2/" ? Answer.Ok("{}"u8.ToArray())
                    : path.EndsWith("/manifests/latest", StringComparison.Ordinal) ? asIndex ? Answer.Ok(index, MediaTypes.OciIndex) : Answer.Ok(image.Manifest, MediaTypes.OciManifest)
                    : Right(image, path);
                lock (order)
                {
                    return left-- > 0 || random.Next(3) == 0 ? right : Damage(right, random);
                }
            });
            try
            {
                await test.PullAsync($"{server.Address}/x", new PullScope { All = asIndex, WithArtifacts = true }, timeouts: s_impatient);
                taken++;
            }
            catch (BrigException failure)
            {
                Assert.DoesNotContain('\n', failure.Message);
            }

            test.Store.Prune(PruneScope.Unused);
            test.AssertEmpty();
        }

        Assert.InRange(taken, 1, rounds);
    }

    /// <summary>The same for as long as one likes: <c>Brig.Images.Tests fuzz-archive ROUNDS SEED</c>.</summary>
    internal static async Task RunArchiveAsync(int seed, int rounds)
    {
        Random random = new(seed);
        using TestStore made = new(), test = new();
        made.Store.Tag(made.Load(TestTar.Of(("a", [1, 2, 3])), TestTar.Of(("b", [4]))).Id, ImageReference.Parse("app:1"));
        using MemoryStream archive = new();
        new ImageSaver(made.Store).Save(["app:1"], [], archive, CancellationToken.None);
        byte[] seedArchive = archive.ToArray();
        int taken = 0;
        for (int round = 0; round < rounds; round++)
        {
            try
            {
                await new ImageLoader(test.Store).LoadAsync(new MemoryStream(Damage(seedArchive, random)), new LoadOptions(), Silent.Instance, CancellationToken.None);
                taken++;
            }
            catch (BrigException failure)
            {
                Assert.DoesNotContain('\n', failure.Message);
            }

            Assert.Empty(test.Store.Check(CheckMode.Report));
            test.Store.Prune(PruneScope.Unused);
            test.AssertEmpty();
        }

        Assert.InRange(taken, 1, rounds);
    }

    private static Answer Right(TestImage image, string path)
    {
        byte[]? content = image.Layers.Select(layer => layer.Blob).Append(image.Config).Append(image.Manifest).FirstOrDefault(content => path.EndsWith(Digest.Sha256(content).Hex, StringComparison.Ordinal));
        return content is null ? Answer.Of("404 Not Found") : Answer.Ok(content, content == image.Manifest ? MediaTypes.OciManifest : "application/octet-stream");
    }

    private static Answer Damage(Answer answer, Random random) => random.Next(5) switch
    {
        0 => answer with { Status = s_statuses[random.Next(s_statuses.Length)] },
        1 => answer with { Headers = answer.Headers + s_headers[random.Next(s_headers.Length)] },
        2 => answer with { Headers = $"Content-Length: {random.Next(100_000)}\r\n" },
        3 => answer with { Body = answer.Body[..random.Next(answer.Body.Length + 1)] },
        _ => Answer.Ok(Damage(answer.Body, random), answer.Headers.Contains("json", StringComparison.Ordinal) ? "application/json" : "application/octet-stream"),
    };

    /// <summary>Changes bytes, cuts, repeats, or puts other numbers and words in.</summary>
    private static byte[] Damage(byte[] content, Random random)
    {
        byte[] changed = [.. content];
        for (int i = random.Next(1, 4); i > 0 && changed.Length > 0; i--)
        {
            int at = random.Next(changed.Length);
            switch (random.Next(5))
            {
                case 0:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 1:
                    changed = changed[..at];
                    break;
                case 2:
                    int end = Math.Min(changed.Length, at + random.Next(1, 700));
                    changed = [.. changed[..end], .. changed[at..]];
                    break;
                case 3:
                    string[] words = ["-1", "99999999999999999999", "null", "{}", "[]", "\"\"", "\u0000", "../../x", "sha512:"];
                    changed = [.. changed[..at], .. Encoding.UTF8.GetBytes(words[random.Next(words.Length)]), .. changed[at..]];
                    break;
                default:
                    int digit = Array.FindIndex(changed, at, letter => letter is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0)
                    {
                        changed[digit] = (byte)('0' + random.Next(10));
                    }

                    break;
            }
        }

        return changed;
    }
}
