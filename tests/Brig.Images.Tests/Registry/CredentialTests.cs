using System.Text.Json;
using Brig.Images.Registry;
using Brig.Images.Registry.Credentials;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Oci;
using static Brig.Images.Tests.Support.BadServer;

namespace Brig.Images.Tests.Registry;

public sealed class CredentialTests : IDisposable
{
    // "me:secret", by crypt(3) with bcrypt: the only kind that docker-registry reads.
    private const string Passwords = "me:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brig-credentials-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_Docker_wrote_is_read()
    {
        File.WriteAllText(Config.Path, """{"auths":{"https://index.docker.io/v1/":{"auth":"dTpwOnE="},"localhost:5000":{"identitytoken":"t"},"https://old.example/v2/":{"auth":"dTpw"},"empty":{}}}""");
        CredentialStore store = new(Config);
        Assert.Equal(new Credential("u", "p:q"), store.Find("docker.io"));
        Assert.Equal("t", store.Find("localhost:5000")?.IdentityToken);
        Assert.Equal(new Credential("u", "p"), store.Find("old.example"));
        Assert.Null(store.Find("empty"));
        Assert.Null(store.Find("elsewhere"));
        File.WriteAllText(Config.Path, "{");
        Assert.StartsWith($"read {Config.Path}: ", Assert.Throws<BrigException>(() => store.Find("docker.io")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_stays_in_the_file_and_nobody_else_may_read_it()
    {
        DockerConfig fresh = new(Path.Combine(_folder.FullName, "new", "config.json"));
        Assert.Equal(fresh.Path, new CredentialStore(fresh).Store("docker.io", new Credential("u", "p")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(fresh.Path));
        Assert.Equal("{\n\t\"auths\": {\n\t\t\"https://index.docker.io/v1/\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t}\n\t}\n}", File.ReadAllText(fresh.Path));

        File.WriteAllText(Config.Path, """{"detachKeys":"ctrl-q","auths":{"a.example":{"auth":"dTpw","email":"x@y"}},"plugins":{"x":{"<&>":"1.50"}},"n":1.50}""");
        CredentialStore store = new(Config);
        store.Store("b.example:5000", new Credential("me", "", "token"));
        Assert.Equal("token", store.Find("b.example:5000")?.IdentityToken);
        Assert.True(store.Erase("a.example"));
        Assert.False(store.Erase("a.example"));
        using JsonDocument left = JsonDocument.Parse(File.ReadAllText(Config.Path));
        Assert.Equal(["detachKeys", "auths", "plugins", "n"], left.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("1.50", left.RootElement.GetProperty("n").GetRawText());
        Assert.Equal("1.50", left.RootElement.GetProperty("plugins").GetProperty("x").GetProperty("<&>").GetString());
        Assert.Equal(["b.example:5000"], left.RootElement.GetProperty("auths").EnumerateObject().Select(member => member.Name));

        string link = Path.Combine(_folder.FullName, "link.json");
        File.CreateSymbolicLink(link, Config.Path);
        new CredentialStore(new DockerConfig(link)).Store("c.example", new Credential("u", "p"));
        Assert.NotNull(File.ResolveLinkTarget(link, returnFinalTarget: false));
        Assert.Equal("u", store.Find("c.example")?.Username);
    }

    [Fact]
    public void A_helper_keeps_what_it_is_named_for()
    {
        string name = "test" + Guid.NewGuid().ToString("N"), kept = Path.Combine(_folder.FullName, "kept");
        string program = Path.Combine(_folder.FullName, "docker-credential-" + name);
        File.WriteAllText(program, $$"""
            #!/bin/sh
            read_all() { cat; }
            case $1 in
              store) read_all > {{kept}} ;;
              get) server=$(read_all); grep -q "\"ServerURL\":\"$server\"" {{kept}} 2>/dev/null && cat {{kept}} || { echo "credentials not found in native keychain"; exit 1; } ;;
              erase) read_all >/dev/null; rm -f {{kept}} ;;
              *) echo broken; exit 3 ;;
            esac
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string path = Environment.GetEnvironmentVariable("PATH")!;
        Environment.SetEnvironmentVariable("PATH", $"{path}:{_folder.FullName}");
        try
        {
            File.WriteAllText(Config.Path, $$"""{"credHelpers":{"helped.example":"{{name}}","missing.example":"none-such"},"auths":{"plain.example":{"auth":"dTpw"} } }""");
            CredentialStore store = new(Config);
            Assert.Null(store.Find("helped.example"));
            Assert.Null(store.Store("helped.example", new Credential("me", "se\"cret")));
            Assert.Equal(new Credential("me", "se\"cret"), store.Find("helped.example"));
            Assert.Null(store.Store("helped.example", new Credential("me", "", "identity")));
            Assert.Equal("identity", store.Find("helped.example")?.IdentityToken);
            Assert.DoesNotContain("identity", File.ReadAllText(Config.Path), StringComparison.Ordinal);
            Assert.Equal("u", store.Find("plain.example")?.Username);
            Assert.True(store.Erase("helped.example"));
            Assert.Null(store.Find("helped.example"));
            Assert.StartsWith("error getting credentials - exec: \"docker-credential-none-such\": executable file not found in $PATH",
                Assert.Throws<BrigException>(() => store.Find("missing.example")).Message, StringComparison.Ordinal);
            Assert.Equal($"error listing credentials - docker-credential-{name}: exit status 3: broken", Assert.Throws<BrigException>(() => new CredentialHelper(name).List()).Message);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    [Fact]
    public async Task Name_and_password_open_a_registry_and_nothing_else_does()
    {
        string passwords = Path.Combine(_folder.FullName, "passwords");
        File.WriteAllText(passwords, Passwords + "\n");
        using RegistryServer registry = new($"auth:\n  htpasswd:\n    realm: tests\n    path: {passwords}");
        using TestStore test = new();
        using RegistryServer open = new();
        Image image = (await test.PullAsync(open.Put(TestImage.Small(4), "source:1"))).Image;
        string name = $"{registry.Address}/guarded:1";
        test.Store.Tag(image.Id, ImageReference.Parse(name));

        RegistrySettings wrong = new() { Timeouts = TestStore.Fast, Credentials = _ => new Credential("me", "wrong") }, right = wrong with { Credentials = _ => new Credential("me", "secret") };
        Assert.Equal(ErrorKind.PermissionDenied, (await Assert.ThrowsAsync<BrigException>(() => PushAsync(test, wrong, name))).Kind);
        Assert.Equal($"push access denied for {registry.Address}/guarded: requested access to the resource is denied (brig login {registry.Address})",
            (await Assert.ThrowsAsync<BrigException>(() => PushAsync(test, wrong with { Credentials = _ => null }, name))).Message);
        await PushAsync(test, right, name);

        Assert.Equal(new Credential("me", "secret"), await RegistryLogin.RunAsync(wrong, registry.Address, new Credential("me", "secret"), TestContext.Current.CancellationToken));
        BrigException error = await Assert.ThrowsAsync<BrigException>(() => RegistryLogin.RunAsync(right, registry.Address, new Credential("me", "wrong"), TestContext.Current.CancellationToken));
        Assert.Equal($"Get \"http://{registry.Address}/v2/\": unauthorized: incorrect username or password", error.Message);
    }

    [Fact]
    public async Task A_login_keeps_the_identity_token_that_it_is_given_and_shows_it_later()
    {
        using BadServer tokens = new((_, request, _) => request.StartsWith("POST", StringComparison.Ordinal)
            ? Answer.Ok("""{"access_token":"fresh"}"""u8.ToArray())
            : Answer.Ok("""{"token":"first","refresh_token":"identity"}"""u8.ToArray()));
        using BadServer registry = new((_, request, _) => request.Contains("Authorization: Bearer f", StringComparison.Ordinal) ? Answer.Ok("{}"u8.ToArray())
            : Answer.Of("401 Unauthorized", $"WWW-Authenticate: Bearer realm=\"http://{tokens.Address}/token\",service=\"s\"\r\n"));
        RegistrySettings settings = new() { Timeouts = TestStore.Fast };
        Credential kept = await RegistryLogin.RunAsync(settings, registry.Address, new Credential("me", "secret"), TestContext.Current.CancellationToken);
        Assert.Equal(new Credential("me", "", "identity"), kept);
        Assert.Contains("offline_token=true", tokens.Requests[0], StringComparison.Ordinal);
        Assert.DoesNotContain("scope=", tokens.Requests[0], StringComparison.Ordinal);
        await RegistryLogin.RunAsync(settings, registry.Address, kept, TestContext.Current.CancellationToken);
        Assert.StartsWith("POST /token", tokens.Requests[^1], StringComparison.Ordinal);
    }

    private DockerConfig Config => new(Path.Combine(_folder.FullName, "config.json"));

    private static async Task<PushResult> PushAsync(TestStore test, RegistrySettings settings, string name)
    {
        using Registries registries = new(settings);
        return await new ImagePusher(test.Store, registries).PushAsync(ImageReference.Parse(name), Silent.Instance, TestContext.Current.CancellationToken);
    }
}
