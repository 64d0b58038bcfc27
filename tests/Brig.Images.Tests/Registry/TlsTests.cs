using Brig.Images.Registry;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Images.Tests.Registry;

/// <summary>A registry behind TLS under a name that is not this machine's: a proxy leads there.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Host = "registry.test";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brig-tls-");
    private readonly Authority _authority = new("tests"), _other = new("others");

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_authority_in_certs_d_makes_its_registry_trusted()
    {
        using RegistryServer registry = new(Tls(Host));
        using ForwardingProxy proxy = new(registry.Address);
        using TestStore test = new();
        string name = await StoredAsync(test);

        BrigException error = await Assert.ThrowsAsync<BrigException>(() => PushAsync(test, Settings(proxy), name));
        Assert.StartsWith($"Head \"https://{Host}/v2/secure/blobs/", error.Message, StringComparison.Ordinal);
        Assert.Contains("tls: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);

        _other.Write(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.FullName, "wrong", Host)).FullName, "ca.crt"));
        await Assert.ThrowsAsync<BrigException>(() => PushAsync(test, Settings(proxy) with { CertificateFolders = [Path.Combine(_folder.FullName, "wrong")] }, name));

        RegistrySettings trusted = Settings(proxy) with { CertificateFolders = [Folder()] };
        PushResult pushed = await PushAsync(test, trusted, name);
        using TestStore second = new();
        Assert.Equal(pushed.Digest, (await PullAsync(second, trusted, name)).Digest);
        Assert.Contains(proxy.Lines, line => line == $"CONNECT {Host}:443 HTTP/1.1");
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_whoever_signed_it()
    {
        using RegistryServer registry = new(Tls("elsewhere.test"));
        using ForwardingProxy proxy = new(registry.Address);
        using TestStore test = new();
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => PullAsync(test, Settings(proxy) with { CertificateFolders = [Folder()] }, $"{Host}/secure:1"));
        Assert.Contains("tls: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_certificate_is_shown_to_its_registry()
    {
        string authority = _other.Write(Path.Combine(_folder.FullName, "clients.pem"));
        using RegistryServer registry = new($"{Tls(Host)}\n    clientcas:\n      - {authority}");
        using ForwardingProxy proxy = new(registry.Address);
        using TestStore test = new();
        string name = await StoredAsync(test), folder = Folder();
        await Assert.ThrowsAsync<BrigException>(() => PushAsync(test, Settings(proxy) with { CertificateFolders = [folder] }, name));

        _other.Issue("somebody", Path.Combine(folder, Host, "client.cert"), Path.Combine(folder, Host, "client.key"));
        await PushAsync(test, Settings(proxy) with { CertificateFolders = [folder] }, name);

        File.Delete(Path.Combine(folder, Host, "client.key"));
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => PushAsync(test, Settings(proxy) with { CertificateFolders = [folder] }, name));
        Assert.StartsWith($"missing key client.key for client certificate client.cert in {folder}/{Host}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_registry_that_the_user_calls_insecure_may_show_any_certificate_or_none(bool tls)
    {
        using RegistryServer registry = new(tls ? Tls("elsewhere.test") : "");
        using ForwardingProxy proxy = new(registry.Address);
        using TestStore test = new();
        string name = await StoredAsync(test);
        await Assert.ThrowsAsync<BrigException>(() => PushAsync(test, Settings(proxy), name));
        PushResult pushed = await PushAsync(test, Settings(proxy) with { Insecure = [Host] }, name);
        using TestStore second = new();
        Assert.Equal(pushed.Digest, (await PullAsync(second, Settings(proxy) with { Insecure = [Host] }, name)).Digest);
    }

    private static RegistrySettings Settings(ForwardingProxy proxy) => new() { Timeouts = TestStore.Fast, ProxyVariable = proxy.Variable };

    /// <summary>A folder like certs.d, with the authority of the registry.</summary>
    private string Folder()
    {
        string folder = Path.Combine(_folder.FullName, "certs.d");
        _authority.Write(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, Host)).FullName, "ca.crt"));
        return folder;
    }

    private string Tls(string name)
    {
        string certificate = Path.Combine(_folder.FullName, name + ".pem"), key = Path.Combine(_folder.FullName, name + "-key.pem");
        _authority.Issue(name, certificate, key);
        return $"  tls:\n    certificate: {certificate}\n    key: {key}";
    }

    private static async Task<string> StoredAsync(TestStore test)
    {
        TestImage image = TestImage.Small(5);
        using BadServer plain = BadServer.For(image, (_, _) => null);
        Image pulled = (await test.PullAsync($"{plain.Address}/x")).Image;
        test.Store.Tag(pulled.Id, ImageReference.Parse($"{Host}/secure:1"));
        return $"{Host}/secure:1";
    }

    private static async Task<PushResult> PushAsync(TestStore test, RegistrySettings settings, string name)
    {
        using Registries registries = new(settings);
        return await new ImagePusher(test.Store, registries).PushAsync(ImageReference.Parse(name), Silent.Instance, TestContext.Current.CancellationToken);
    }

    private static async Task<PullResult> PullAsync(TestStore test, RegistrySettings settings, string name)
    {
        using Registries registries = new(settings);
        return await new ImagePuller(test.Store, registries).PullAsync(ImageReference.Parse(name), PullScope.Of(Platform.Host), Silent.Instance, TestContext.Current.CancellationToken);
    }
}
