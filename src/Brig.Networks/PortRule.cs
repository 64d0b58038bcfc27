using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Brig.Linux.Nftables;

namespace Brig.Networks;

/// <summary>
/// A published port as an element of the table: of a map, from the host's side of it to a container's address, or of a set, of
/// containers' addresses that are reached themselves.
/// </summary>
/// <param name="Element">Null for an element of a set.</param>
internal sealed record PortRule(PortKey Key, MapElement? Element)
{
    internal const string EveryAddress = "published", OneAddress = "published_on", EveryAddress6 = "published6", OneAddress6 = "published6_on", Open = "open", Open6 = "open6";

    internal static readonly IReadOnlyList<string> Maps = [EveryAddress, OneAddress, EveryAddress6, OneAddress6, Open, Open6];

    internal string Map => Key.Map;

    /// <summary>The rule for a port, or null where none can lead there: the monitor relays it, or the container has no address of the family.</summary>
    internal static PortRule? Of(OwnedPort port, EndpointRow? target)
    {
        if (port.IsDirect)
        {
            return target is null ? null : new PortRule(PortKey.Of(port), null);
        }

        IPAddress? address = port.Port.HostAddress.AddressFamily == AddressFamily.InterNetwork ? target?.Address : target?.Address6;
        if (address is null || !port.IsRuled)
        {
            return null;
        }

        PortKey key = PortKey.Of(port);
        byte[] bytes = address.GetAddressBytes(), value = new byte[bytes.Length + 4];
        bytes.CopyTo(value, 0);
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(bytes.Length), (ushort)port.Port.ContainerPort);
        return new PortRule(key, new MapElement(key.Bytes, value, LeaseTable.Short(port.Owner)));
    }
}
