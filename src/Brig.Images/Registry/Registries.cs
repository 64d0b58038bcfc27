using System.Collections.Concurrent;
using System.Net;

namespace Brig.Images.Registry;

/// <summary>
/// The way to registries: connections, tokens and credentials, kept for as long as this lives. Loopback hosts are asked in plain HTTP first,
/// and never through a proxy; all others in HTTPS. Safe to call from several threads.
/// </summary>
public sealed class Registries : IDisposable
{
    private readonly Func<string, Credential?> _credentials;
    private readonly ConcurrentDictionary<string, RegistryEndpoint> _endpoints = new();
    private readonly Lazy<HttpClient> _direct;
    private readonly Lazy<HttpClient> _proxied;

    /// <summary>With the credentials of the user's file.</summary>
    public Registries()
        : this(CredentialFile.OfUser().Find, new RegistryTimeouts())
    {
    }

    /// <param name="credentials">What to show a registry (<c>docker.io</c>, <c>localhost:5000</c>); null for nothing.</param>
    /// <param name="timeouts">How long to wait.</param>
    public Registries(Func<string, Credential?> credentials, RegistryTimeouts timeouts)
    {
        (_credentials, Timeouts) = (credentials, timeouts);
        _direct = new Lazy<HttpClient>(() => Client(useProxy: false));
        _proxied = new Lazy<HttpClient>(() => Client(useProxy: true));
    }

    internal RegistryTimeouts Timeouts { get; }

    public void Dispose()
    {
        foreach (Lazy<HttpClient> client in (ReadOnlySpan<Lazy<HttpClient>>)[_direct, _proxied])
        {
            if (client.IsValueCreated)
            {
                client.Value.Dispose();
            }
        }
    }

    internal static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    internal RegistryEndpoint Open(string registry) => _endpoints.GetOrAdd(registry, name => new RegistryEndpoint(this, name, _credentials(name)));

    internal HttpClient For(Uri address) => IsLoopback(address.IdnHost) ? _direct.Value : _proxied.Value;

    private HttpClient Client(bool useProxy)
    {
        HttpClient client = new(new SocketsHttpHandler
        {
            // Redirects are followed by hand: the token of one host is nothing for another.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = Timeouts.Connect,
            UseCookies = false,
            UseProxy = useProxy,
            MaxResponseHeadersLength = 64,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("brig/0.1");
        return client;
    }
}
