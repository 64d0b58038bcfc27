using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Brig.Networks;

/// <summary>An IPv4 or IPv6 network. The number is the address as people write it, most significant byte first.</summary>
public readonly record struct Subnet(AddressFamily Family, UInt128 Network, int PrefixLength)
{
    private int Bits => Family == AddressFamily.InterNetwork ? 32 : 128;

    private UInt128 Mask => PrefixLength == 0 ? 0 : (UInt128.MaxValue << (Bits - PrefixLength)) & (UInt128.MaxValue >> (128 - Bits));

    /// <summary>The host part of the last address.</summary>
    internal UInt128 Size => ~Mask & (UInt128.MaxValue >> (128 - Bits));

    /// <summary>The address that a bridge has where nobody said otherwise.</summary>
    internal IPAddress Gateway => At(1);

    /// <summary>Null for IPv6, which has none.</summary>
    internal IPAddress? Broadcast => Family == AddressFamily.InterNetwork && PrefixLength < 31 ? At(Size) : null;

    internal bool IsIPv6 => Family == AddressFamily.InterNetworkV6;

    public bool Contains(IPAddress address) => address.AddressFamily == Family && ((Number(address) ^ Network) & Mask) == 0;

    public bool Contains(Subnet other) => Family == other.Family && other.PrefixLength >= PrefixLength && ((other.Network ^ Network) & Mask) == 0;

    internal bool Overlaps(Subnet other) => Family == other.Family && ((Network ^ other.Network) & Mask & other.Mask) == 0;

    internal IPAddress At(UInt128 host)
    {
        UInt128 number = Network + host;
        Span<byte> bytes = stackalloc byte[16];
        if (IsIPv6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
            return new IPAddress(bytes);
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)number);
        return new IPAddress(bytes[..4]);
    }

    /// <summary>The address's place in the network.</summary>
    internal UInt128 HostOf(IPAddress address) => Number(address) - Network;

    internal static Subnet Of(IPAddress address, int prefixLength)
    {
        Subnet any = new(address.AddressFamily, Number(address), prefixLength);
        return any with { Network = any.Network & any.Mask };
    }

    internal static Subnet Parse(string text) => TryParse(text, out Subnet subnet) ? subnet : throw BrigException.Invalid($"invalid subnet {Oci.Text.Quote(text)}: invalid CIDR address: {Oci.Text.Quote(text)}");

    /// <summary>Reads <c>address/length</c>; bits behind the length are dropped.</summary>
    public static bool TryParse(string text, out Subnet subnet)
    {
        subnet = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(text.AsSpan(0, slash), out IPAddress? address) || text.Contains('%', StringComparison.Ordinal)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
        {
            return false;
        }

        subnet = Of(address, length);
        return true;
    }

    public override string ToString() => $"{At(0)}/{PrefixLength}";

    private static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
