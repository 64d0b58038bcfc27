using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Brig.Images.Registry;
using Brig.Images.Registry.Credentials;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Oci;
using static Brig.Images.Tests.Support.BadServer;

namespace Brig.Images.Tests.Registry;

public sealed class TokenTests
{
    [Fact]
    public async Task A_registry_with_a_token_server_is_pushed_to_and_pulled_from()
    {
        using RSA key = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=tokens", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero));
        string bundle = Path.GetTempFileName();
        await File.WriteAllTextAsync(bundle, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        try
        {
            using BadServer tokens = new((path, request, _) =>
                !request.Contains($"Authorization: Basic {Convert.ToBase64String("me:secret"u8)}\r\n", StringComparison.Ordinal) ? Answer.Of("401 Unauthorized")
                : Answer.Ok(Encoding.UTF8.GetBytes($$"""{"token":"{{Sign(key, certificate, path)}}","expires_in":300}""")));
            using RegistryServer registry = new($"""
                auth:
                  token:
                    realm: http://{tokens.Address}/token
                    service: the registry
                    issuer: tests
                    rootcertbundle: {bundle}
                """);
            using TestStore test = new();
            using Registries known = new(_ => new Credential("me", "secret"), TestStore.Fast), unknown = new(_ => null, TestStore.Fast);
            string name = $"{registry.Address}/guarded/image:1";
            using RegistryServer open = new();
            Image image = (await test.PullAsync(open.Put(TestImage.Small(3), "source:1"))).Image;
            test.Store.Tag(image.Id, ImageReference.Parse(name));

            PushResult pushed = await new ImagePusher(test.Store, known).PushAsync(ImageReference.Parse(name), Silent.Instance, TestContext.Current.CancellationToken);
            using TestStore other = new();
            PullResult pulled = await new ImagePuller(other.Store, known).PullAsync(ImageReference.Parse(name), PullScope.Of(Platform.Host), Silent.Instance, TestContext.Current.CancellationToken);
            Assert.Equal(pushed.Digest, pulled.Digest);
            Assert.Equal(2, tokens.Requests.Count);
            Assert.Contains("scope=repository%3Aguarded%2Fimage%3Apull%2Cpush&service=the%20registry&account=me", tokens.Requests[0], StringComparison.Ordinal);

            BrigException error = await Assert.ThrowsAsync<BrigException>(() =>
                new ImagePuller(other.Store, unknown).PullAsync(ImageReference.Parse(name), PullScope.Of(Platform.Host), Silent.Instance, TestContext.Current.CancellationToken));
            Assert.Equal(ErrorKind.PermissionDenied, error.Kind);
        }
        finally
        {
            File.Delete(bundle);
        }
    }

    [Theory]
    [InlineData("""realm="https://a/t",service="s, \"x\"",scope=repository:a:pull""", "https://a/t", "s, \"x\"", "repository:a:pull")]
    [InlineData("realm=\"open", "open", null, null)]
    [InlineData("", null, null, null)]
    public void Challenges_are_read(string text, string? realm, string? service, string? scope)
    {
        Dictionary<string, string> values = Challenge.Parse(text);
        Assert.Equal((realm, service, scope), (values.GetValueOrDefault("realm"), values.GetValueOrDefault("service"), values.GetValueOrDefault("scope")));
    }

    private static string Sign(RSA key, X509Certificate2 certificate, string path)
    {
        string scope = Uri.UnescapeDataString(path.Split("scope=")[1].Split('&')[0]);
        string[] parts = scope.Split(':');
        string actions = string.Join(',', parts[2].Split(',').Select(action => $"\"{action}\""));
        string header = $$"""{"typ":"JWT","alg":"RS256","x5c":["{{Convert.ToBase64String(certificate.RawData)}}"]}""";
        string claims = $$"""{"iss":"tests","sub":"me","aud":"the registry","exp":3900000000,"nbf":1,"iat":1,"jti":"1","access":[{"type":"repository","name":"{{parts[1]}}","actions":[{{actions}}]}]}""";
        string text = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(claims))}";
        return $"{text}.{Encode(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
