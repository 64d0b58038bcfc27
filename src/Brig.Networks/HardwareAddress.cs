using System.Globalization;
using System.Net;

namespace Brig.Networks;

/// <summary>Ethernet addresses.</summary>
public static class HardwareAddress
{
    /// <summary>A random unicast one, marked as administered locally.</summary>
    internal static byte[] Random()
    {
        byte[] address = new byte[6];
        System.Random.Shared.NextBytes(address);
        address[0] = (byte)((address[0] & 0xFC) | 2);
        return address;
    }

    internal static string Describe(byte[] address) => string.Join(':', address.Select(part => part.ToString("x2")));

    /// <summary>Reads six pairs of hexadecimal digits with colons or dashes; throws InvalidArgument in Docker's words.</summary>
    public static string Normalise(string text) => Describe(Parse(text));

    /// <summary>The IPv6 address that says the same (RFC 4291, appendix A).</summary>
    internal static IPAddress LinkLocal(string text)
    {
        byte[] part = Parse(text);
        return new IPAddress([0xFE, 0x80, 0, 0, 0, 0, 0, 0, (byte)(part[0] ^ 2), part[1], part[2], 0xFF, 0xFE, part[3], part[4], part[5]]);
    }

    internal static byte[] Parse(string text)
    {
        string[] parts = text.Split(':', '-');
        byte[] address = new byte[6];
        for (int i = 0; i < 6; i++)
        {
            if (parts.Length != 6 || parts[i].Length is 0 or > 2 || !byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out address[i]))
            {
                throw BrigException.Invalid($"{Oci.Text.Quote(text)} is not a valid mac address");
            }
        }

        return address;
    }
}
