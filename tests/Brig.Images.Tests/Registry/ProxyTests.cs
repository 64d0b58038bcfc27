using Brig.Images.Registry;
using Brig.Images.Registry.Transport;
using Brig.Images.Tests.Support;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Images.Tests.Registry;

public sealed class ProxyTests
{
    [Theory]
    [InlineData("https://registry.example/v2/", "", "http://secure:1/")]
    [InlineData("http://registry.example/v2/", "", "http://plain:2/")]
    [InlineData("https://registry.example/v2/", "*", null)]
    [InlineData("https://registry.example/v2/", "registry.example", null)]
    [InlineData("https://registry.example/v2/", "example", null)]
    [InlineData("https://registry.example/v2/", ".example", null)]
    [InlineData("https://registry.example/v2/", "*.example", null)]
    [InlineData("https://example/v2/", ".example", "http://secure:1/")]
    [InlineData("https://notexample/v2/", "example", "http://secure:1/")]
    [InlineData("https://registry.example:5000/v2/", "registry.example:5000", null)]
    [InlineData("https://registry.example/v2/", "registry.example:5000", "http://secure:1/")]
    [InlineData("https://10.1.2.3/v2/", "10.0.0.0/8", null)]
    [InlineData("https://11.1.2.3/v2/", "10.0.0.0/8", "http://secure:1/")]
    [InlineData("https://10.1.2.3/v2/", "one, 10.1.2.3 ,two", null)]
    [InlineData("https://[fd00::5]/v2/", "fd00::/8", null)]
    [InlineData("https://[fd00::5]:5000/v2/", "[fd00::5]:5000", null)]
    [InlineData("https://localhost:5000/v2/", "", null)]
    [InlineData("http://127.0.0.1:5000/v2/", "", null)]
    public void The_environment_says_what_goes_through_a_proxy(string address, string exceptions, string? proxy)
    {
        EnvironmentProxy environment = new(name => name switch { "https_proxy" => "secure:1", "HTTP_PROXY" => "http://plain:2", "NO_PROXY" => exceptions, _ => null });
        Assert.Equal(proxy, environment.GetProxy(new Uri(address))?.AbsoluteUri);
        Assert.Equal(proxy is null, environment.IsBypassed(new Uri(address)));
    }

    [Fact]
    public void The_password_of_a_proxy_stands_in_its_address()
    {
        EnvironmentProxy environment = new(name => name == "ALL_PROXY" ? "http://me:s%40x@proxy:3128" : null);
        Assert.Equal("s@x", environment.Credentials!.GetCredential(new Uri("http://proxy:3128"), "Basic")?.Password);
        Assert.Null(environment.Credentials.GetCredential(new Uri("http://elsewhere:3128"), "Basic"));
        Assert.StartsWith("proxy address \"ftp://x\" is not valid", Assert.Throws<BrigException>(() => new EnvironmentProxy(_ => "ftp://x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_goes_through_the_proxy()
    {
        TestImage image = TestImage.Small(6);
        using BadServer registry = BadServer.For(image, (path, _) => path.StartsWith("http://", StringComparison.Ordinal) ? null : BadServer.Answer.Of("400 Bad Request"));
        using ForwardingProxy proxy = new(registry.Address);
        using TestStore test = new();
        using Registries registries = new(new RegistrySettings { Timeouts = TestStore.Fast with { Connect = TimeSpan.FromSeconds(2) }, ProxyVariable = proxy.Variable, Insecure = ["10.9.8.0/24"] });
        PullResult pulled = await new ImagePuller(test.Store, registries).PullAsync("10.9.8.7:5000/x", PullScope.Of(Platform.Host), Silent.Instance, TestContext.Current.CancellationToken);
        Assert.Equal(image.Id, pulled.Image.Id);
        Assert.Contains(proxy.Lines, line => line.StartsWith("GET http://10.9.8.7:5000/v2/x/manifests/latest", StringComparison.Ordinal));
    }
}
