using System.Globalization;
using System.Net;

namespace Brig.Networks.Names;

/// <summary>Names that stand for addresses: <c>4.3.2.1.in-addr.arpa</c> and <c>….ip6.arpa</c> (RFC 1035, 3596).</summary>
internal static class ReverseName
{
    internal static IPAddress? TryParse(string name)
    {
        const string Four = ".in-addr.arpa", Six = ".ip6.arpa";
        if (name.EndsWith(Four, StringComparison.Ordinal))
        {
            string[] parts = name[..^Four.Length].Split('.');
            byte[] bytes = new byte[4];
            for (int i = 0; i < 4; i++)
            {
                if (parts.Length != 4 || !byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[3 - i]))
                {
                    return null;
                }
            }

            return new IPAddress(bytes);
        }

        if (!name.EndsWith(Six, StringComparison.Ordinal))
        {
            return null;
        }

        string[] digits = name[..^Six.Length].Split('.');
        Array.Reverse(digits);
        string text = string.Concat(digits);
        return digits.Length == 32 && text.Length == 32 && text.All(char.IsAsciiHexDigit) ? new IPAddress(Convert.FromHexString(text)) : null;
    }
}
