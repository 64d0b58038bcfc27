using System.Collections.Concurrent;
using System.Net;
using Brig.Images.Registry.Configuration;
using Brig.Images.Registry.Credentials;
using Brig.Images.Registry.Transport;
using Brig.Oci;

namespace Brig.Images.Registry;

/// <summary>
/// The way to registries: connections, tokens and credentials, kept for as long as this lives. Loopback hosts are asked in plain HTTP first,
/// and never through a proxy; all others in HTTPS, and in plain HTTP only where the user named them insecure. Safe to call from several threads.
/// </summary>
public sealed class Registries : IDisposable
{
    private readonly ConcurrentDictionary<string, RegistryEndpoint> _endpoints = new();
    private readonly ConcurrentDictionary<string, Lazy<HttpClient>> _clients = new();
    private readonly EnvironmentProxy _proxy;

    public Registries(RegistrySettings settings) => (Settings, _proxy) = (settings, new EnvironmentProxy(settings.ProxyVariable));

    /// <summary>With these credentials and nothing else of the machine's.</summary>
    public Registries(Func<string, Credential?> credentials, RegistryTimeouts timeouts)
        : this(new RegistrySettings { Credentials = credentials, Timeouts = timeouts })
    {
    }

    /// <summary>With all that the user has set on this machine.</summary>
    public Registries()
        : this(RegistrySettings.OfUser())
    {
    }

    /// <summary>The images that a name may mean, the likeliest first.</summary>
    public IReadOnlyList<ImageReference> Candidates(string name) => Settings.Configuration.Candidates(name);

    internal RegistrySettings Settings { get; }

    internal RegistryTimeouts Timeouts => Settings.Timeouts;

    public void Dispose()
    {
        foreach (Lazy<HttpClient> client in _clients.Values.Where(client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    internal static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>The registry of a name (<c>docker.io</c>, <c>localhost:5000</c>).</summary>
    internal RegistryEndpoint Open(string registry, RegistryTrust trust)
    {
        RegistryTrust real = IsInsecure(registry) ? RegistryTrust.None : trust;
        return _endpoints.GetOrAdd($"{registry} {real}", _ => new RegistryEndpoint(this, registry, Settings.Credentials(registry), real));
    }

    internal RegistryEndpoint Open(string registry) => Open(registry, Settings.Configuration.TrustOf(registry));

    /// <summary>The client for an address. Whoever was redirected elsewhere or sent to a token server trusts that host by its own certificate.</summary>
    internal HttpClient For(Uri address, RegistryTrust trust)
    {
        string host = address.IsDefaultPort ? address.IdnHost : $"{address.IdnHost}:{address.Port}";
        RegistryTrust real = trust == RegistryTrust.None || IsInsecure(host) ? RegistryTrust.None : RegistryTrust.Certificate;
        return _clients.GetOrAdd($"{host} {real}", _ => new Lazy<HttpClient>(() => Client(HostCertificates.Read(Settings.CertificateFolders, host), real))).Value;
    }

    /// <summary>Whether a host (with a port or without) needs no certificate: it is this machine, or the user said so.</summary>
    internal bool IsInsecure(string host)
    {
        int colon = host.LastIndexOf(':');
        string bare = colon > 0 && !host.EndsWith(']') ? host[..colon] : host;
        return IsLoopback(bare) || Settings.Insecure.Any(entry => entry == host || entry == bare
            || (IPNetwork.TryParse(entry, out IPNetwork network) && IPAddress.TryParse(bare.Trim('[', ']'), out IPAddress? address) && network.Contains(address)));
    }

    private HttpClient Client(HostCertificates certificates, RegistryTrust trust)
    {
        HttpClient client = new(new SocketsHttpHandler
        {
            // Redirects are followed by hand: the token of one host is nothing for another.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = Timeouts.Connect,
            UseCookies = false,
            UseProxy = true,
            Proxy = _proxy,
            MaxResponseHeadersLength = 64,
            SslOptions = certificates.Options(trust),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("brig/0.1");
        return client;
    }
}
