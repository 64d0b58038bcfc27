using System.Globalization;
using System.Net;

namespace Brig.Images.Registry.Transport;

/// <summary>One word of <c>NO_PROXY</c>.</summary>
internal sealed class ProxyException
{
    private readonly string _name;
    private readonly int? _port;
    private readonly IPNetwork? _network;
    private readonly IPAddress? _address;

    internal ProxyException(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
        {
            (_network, _name) = (network, "");
            return;
        }

        int colon = text.LastIndexOf(':');
        bool hasPort = colon > 0 && (text.IndexOf(':', StringComparison.Ordinal) == colon || text[colon - 1] == ']')
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && (_port = port) is not null;
        string host = (hasPort ? text[..colon] : text).Trim('[', ']').ToLowerInvariant();
        _address = IPAddress.TryParse(host, out IPAddress? address) ? address : null;
        _name = host.StartsWith("*.", StringComparison.Ordinal) ? host[1..] : host;
    }

    internal bool Covers(Uri host)
    {
        if (_port is { } port && port != host.Port)
        {
            return false;
        }

        if (IPAddress.TryParse(host.IdnHost, out IPAddress? address))
        {
            return _name == "*" || _network?.Contains(address) == true || address.Equals(_address);
        }

        // ".example.com" means the names below it, "example.com" itself too.
        return _name.Length > 0 && (_name == "*" || host.IdnHost == _name || host.IdnHost.EndsWith(_name[0] == '.' ? _name : "." + _name, StringComparison.OrdinalIgnoreCase));
    }
}
