namespace Brig.Networks;

/// <summary>Ethernet addresses.</summary>
internal static class HardwareAddress
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
}
