using System.Net;
using Brig.Oci;

namespace Brig.Images.Registry.Transport;

/// <summary>
/// The proxy that the environment names: <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>ALL_PROXY</c> and <c>NO_PROXY</c>, in either case, as Go's
/// programs read them: names with and without a leading dot, addresses, networks (10.0.0.0/8), each with a port or without, and <c>*</c>.
/// Loopback never goes through a proxy.
/// </summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly Uri? _secure, _plain;
    private readonly ProxyException[] _exceptions;

    /// <param name="variable">The value of an environment variable; null or empty where it is not set.</param>
    internal EnvironmentProxy(Func<string, string?> variable)
    {
        string? all = Value(variable, "ALL_PROXY");
        _secure = Address(Value(variable, "HTTPS_PROXY") ?? all);
        _plain = Address(Value(variable, "HTTP_PROXY") ?? all);
        _exceptions = [.. (Value(variable, "NO_PROXY") ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(text => new ProxyException(text))];
    }

    /// <summary>Name and password stand in the address: http://user:password@proxy:3128.</summary>
    public ICredentials? Credentials
    {
        get => new ProxyPassword(_secure, _plain);
        set => throw new NotSupportedException();
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : destination.Scheme == "https" ? _secure : _plain;

    public bool IsBypassed(Uri host) =>
        (host.Scheme == "https" ? _secure : _plain) is null || Registries.IsLoopback(host.IdnHost) || Array.Exists(_exceptions, exception => exception.Covers(host));

    private static string? Value(Func<string, string?> variable, string name) =>
        variable(name) is { Length: > 0 } upper ? upper : variable(name.ToLowerInvariant()) is { Length: > 0 } lower ? lower : null;

    private static Uri? Address(string? text)
    {
        if (text is null)
        {
            return null;
        }

        string whole = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(whole, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" or "socks5" or "socks4" or "socks4a" ? address
            : throw BrigException.Invalid($"proxy address \"{Oci.Text.Quote(text)}\" is not valid (HTTP_PROXY, HTTPS_PROXY)");
    }

    private sealed class ProxyPassword(Uri? secure, Uri? plain) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType)
        {
            string? pair = new[] { secure, plain }.FirstOrDefault(proxy => proxy is not null && proxy.Authority == uri.Authority && proxy.UserInfo.Length > 0)?.UserInfo;
            int colon = pair?.IndexOf(':', StringComparison.Ordinal) ?? -1;
            return pair is null ? null
                : colon < 0 ? new NetworkCredential(Uri.UnescapeDataString(pair), "")
                : new NetworkCredential(Uri.UnescapeDataString(pair[..colon]), Uri.UnescapeDataString(pair[(colon + 1)..]));
        }
    }
}
