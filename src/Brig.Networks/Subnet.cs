using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Brig.Networks;

/// <summary>An IPv4 network. The number is the address as people write it, most significant byte first.</summary>
internal readonly record struct Subnet(uint Network, int PrefixLength)
{
    private uint Mask => PrefixLength == 0 ? 0 : uint.MaxValue << (32 - PrefixLength);

    internal uint Size => ~Mask;

    /// <summary>The first address is the bridge's.</summary>
    internal IPAddress Gateway => At(1);

    internal IPAddress Broadcast => At(Size);

    internal bool Overlaps(Subnet other) => ((Network ^ other.Network) & Mask & other.Mask) == 0;

    internal IPAddress At(uint host)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Network + host);
        return new IPAddress(bytes);
    }

    internal static Subnet Of(ReadOnlySpan<byte> address, int prefixLength)
    {
        Subnet any = new(BinaryPrimitives.ReadUInt32BigEndian(address), prefixLength);
        return any with { Network = any.Network & any.Mask };
    }

    internal static Subnet Parse(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return Of(IPAddress.Parse(text[..slash]).GetAddressBytes(), int.Parse(text[(slash + 1)..], CultureInfo.InvariantCulture));
    }

    public override string ToString() => $"{At(0)}/{PrefixLength}";
}
