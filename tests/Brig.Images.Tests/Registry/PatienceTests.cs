using System.Globalization;
using Brig.Images.Registry;
using Brig.Images.Registry.Credentials;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Oci;
using CsCheck;
using static Brig.Images.Tests.Support.BadServer;

namespace Brig.Images.Tests.Registry;

/// <summary>Registries that ask to wait, and tokens that end.</summary>
public sealed class PatienceTests
{
    private static readonly TestImage s_image = TestImage.Small(98);

    [Theory]
    [InlineData("429 Too Many Requests", "Retry-After: 1\r\n")]
    [InlineData("429 Too Many Requests", "")]
    [InlineData("503 Service Unavailable", "Retry-After: Fri, 01 Jan 2016 00:00:00 GMT\r\n")]
    [InlineData("502 Bad Gateway", "Retry-After: soon\r\n")]
    public async Task A_registry_that_asks_to_wait_is_asked_again(string status, string header)
    {
        int refused = 0;
        using TestStore test = new();
        using BadServer server = For(s_image, (path, _) => path.Contains("/manifests/", StringComparison.Ordinal) && Interlocked.Increment(ref refused) < 3 ? Answer.Of(status, header) : null);
        await test.PullAsync($"{server.Address}/x");
        Assert.Equal(3, refused);
    }

    [Fact]
    public async Task Nobody_waits_for_an_hour()
    {
        using TestStore test = new();
        using BadServer server = For(s_image, (path, _) => path.Contains("/manifests/", StringComparison.Ordinal) ? Answer.Of("429 Too Many Requests", "Retry-After: 3600\r\n") : null);
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => test.PullAsync($"{server.Address}/x"));
        Assert.Equal("toomanyrequests: the registry asks to wait (try again in 3600 s)", error.Message);
        Assert.Single(server.Requests, request => request.Contains("/manifests/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_ends_and_asked_for_once_meanwhile()
    {
        int given = 0;
        ManualTime time = new();
        using BadServer tokens = new((_, _, _) => Answer.Ok(System.Text.Encoding.UTF8.GetBytes($$"""{"token":"t{{Interlocked.Increment(ref given)}}","expires_in":300}""")));
        using BadServer server = For(s_image, (path, request) => request.Contains($"Authorization: Bearer t{given}\r\n", StringComparison.Ordinal) && given > 0 ? null
            : Answer.Of("401 Unauthorized", $"WWW-Authenticate: Bearer realm=\"http://{tokens.Address}/token\",service=\"s\",scope=\"repository:x:pull\"\r\n"));
        using Registries registries = new(new RegistrySettings { Timeouts = TestStore.Fast, Time = time });
        for (int i = 0; i < 3; i++)
        {
            using TestStore test = new();
            await new ImagePuller(test.Store, registries).PullAsync(ImageReference.Parse($"{server.Address}/x"), PullScope.Of(Platform.Host), Silent.Instance, TestContext.Current.CancellationToken);
            Assert.Equal(i == 2 ? 2 : 1, given);
            time.Now += TimeSpan.FromSeconds(i == 0 ? 200 : 100);
        }

        // The registry itself never had to say it.
        Assert.Single(server.Requests, request => !request.Contains("Authorization", StringComparison.Ordinal) && request.Contains("/manifests/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mount_asks_for_a_token_for_both_repositories()
    {
        using BadServer tokens = new((_, _, _) => Answer.Ok("""{"token":"t"}"""u8.ToArray()));
        using BadServer server = new((path, request, _) =>
            path == "/v2/" ? Answer.Ok("{}"u8.ToArray())
            : !request.Contains("Authorization: Bearer t\r\n", StringComparison.Ordinal) ? Answer.Of("401 Unauthorized", $"WWW-Authenticate: Bearer realm=\"http://{tokens.Address}/token\",service=\"s\"\r\n")
            : path.Contains("mount=", StringComparison.Ordinal) ? Answer.Of("201 Created") : Answer.Of("404 Not Found"));
        using Registries registries = new(_ => null, TestStore.Fast);
        ImageReference name = ImageReference.Parse($"{server.Address}/to/here:1");
        RepositoryWriter writer = new(registries, name, registries.Settings.Configuration.TargetOf(name));
        Assert.True(await writer.MountAsync(Digest.Sha256("x"u8), "from/there", TestContext.Current.CancellationToken));
        Assert.Contains("scope=repository%3Ato%2Fhere%3Apull%2Cpush&scope=repository%3Afrom%2Fthere%3Apull&service=s", Assert.Single(tokens.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_the_caller_is_shown_as_it_is()
    {
        using TestStore test = new();
        using BadServer server = For(s_image, (_, request) => request.Contains("Authorization: Bearer given\r\n", StringComparison.Ordinal) || request.StartsWith("GET /v2/ ", StringComparison.Ordinal) ? null : Answer.Of("401 Unauthorized"));
        await test.PullAsync($"{server.Address}/x", credentials: _ => new Credential("", "") { RegistryToken = "given" });
    }

    [Fact]
    public async Task A_password_does_not_travel_in_the_clear_to_a_token_server_elsewhere()
    {
        using TestStore test = new();
        using BadServer server = For(s_image, (path, _) => path == "/v2/" ? null : Answer.Of("401 Unauthorized", "WWW-Authenticate: Bearer realm=\"http://tokens.test/token\"\r\n"));
        using BadServer behind = new((_, _, _) => Answer.Of("403 Forbidden"));
        using ForwardingProxy proxy = new(behind.Address);
        using Registries registries = new(new RegistrySettings { Timeouts = TestStore.Fast, Credentials = _ => new Credential("me", "secret"), ProxyVariable = proxy.Variable });
        await Assert.ThrowsAsync<BrigException>(() => new ImagePuller(test.Store, registries).PullAsync(ImageReference.Parse($"{server.Address}/x"), PullScope.Of(Platform.Host), Silent.Instance, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("Authorization", Assert.Single(behind.Requests), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Any_challenge_is_read_or_passed_over() => Gen.String[Gen.Char["ab=\", \\\t;é\0"], 0, 60].Sample(text =>
    {
        Dictionary<string, string> values = Challenge.Parse(text);
        Assert.True(values.Count <= text.Length);
    });

    [Fact]
    public void What_is_quoted_in_a_challenge_comes_back() => Gen.Select(Gen.String[Gen.Char["ab=, \\\"é"], 0, 12], Gen.String[Gen.Char["xyz"], 1, 5]).Sample((value, name) =>
        Assert.Equal(value.Trim(), Challenge.Parse(string.Create(CultureInfo.InvariantCulture, $"first=1, {name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\",last=2"))[name]));

    [Fact]
    public void No_bytes_make_a_manifest_reader_do_anything_but_read_or_refuse() => Gen.OneOf("{", "}", "[", "]", ",", ":", "\"schemaVersion\"", "2", "\"mediaType\"", "\"layers\"", "\"manifests\"", "\"config\"", "\"digest\"", "\"size\"", "-1", "1e99", "null", "\"\"", "\"sha256:00\"", "\"\\u0000\"", "\x00ff").Array[0, 24].Sample(parts =>
    {
        byte[] content = System.Text.Encoding.Latin1.GetBytes(string.Concat(parts));
        try
        {
            FetchedManifest manifest = FetchedManifest.Of(content, null, "x");
            _ = manifest.IsIndex ? (object)Brig.Oci.Images.ImageDocuments.ParseIndex(content) : Brig.Oci.Images.ImageDocuments.ParseManifest(content);
        }
        catch (BrigException error)
        {
            Assert.DoesNotContain('\n', error.Message);
        }
    });
}
