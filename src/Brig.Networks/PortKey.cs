using System.Buffers.Binary;
using System.Net;
using Brig.Linux.Netlink;

namespace Brig.Networks;

/// <summary>The map in which a published port's element is, and its key: [address,] protocol, port; the address as long as it is, the others four bytes each.</summary>
internal sealed record PortKey(string Map, byte[] Bytes)
{
    internal static PortKey Of(OwnedPort owned)
    {
        PublishedPort port = owned.Port;
        bool six = port.HostAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        bool every = port.HostAddress.Equals(six ? IPAddress.IPv6Any : IPAddress.Any);
        int length = every ? 0 : six ? 16 : 4;
        byte[] key = new byte[length + 8];
        if (!every)
        {
            port.HostAddress.TryWriteBytes(key, out _);
        }

        key[length] = (byte)port.Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(key.AsSpan(length + 4), (ushort)port.HostPort);
        return new PortKey((six, every) switch
        {
            (false, false) when owned.IsDirect => PortRule.Open,
            (true, false) when owned.IsDirect => PortRule.Open6,
            (false, true) => PortRule.EveryAddress,
            (false, false) => PortRule.OneAddress,
            (true, true) => PortRule.EveryAddress6,
            _ => PortRule.OneAddress6,
        }, key);
    }

    /// <summary>The same for equal keys.</summary>
    internal string Text => $"{Map} {Convert.ToHexString(Bytes)}";

    /// <summary>E.g. <c>127.0.0.1:80/tcp</c>.</summary>
    internal string Describe()
    {
        ReadOnlySpan<byte> rest = Bytes.AsSpan(Bytes.Length - 8);
        IPAddress address = Bytes.Length > 8 ? new IPAddress(Bytes.AsSpan(0, Bytes.Length - 8)) : Map == PortRule.EveryAddress6 ? IPAddress.IPv6Any : IPAddress.Any;
        return $"{new IPEndPoint(address, BinaryPrimitives.ReadUInt16BigEndian(rest[4..]))}/{PortMappingText.Name((TransportProtocol)rest[0])}";
    }
}
