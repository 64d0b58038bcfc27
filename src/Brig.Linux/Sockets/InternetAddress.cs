using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Brig.Linux;

/// <summary>struct sockaddr_in and sockaddr_in6, written to and read from unmanaged memory.</summary>
internal static class InternetAddress
{
    internal const int Size = 28;
    private const int AF_INET = 2, AF_INET6 = 10;

    internal static int FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? AF_INET : AF_INET6;

    /// <summary>Gives the length of the structure.</summary>
    internal static unsafe uint Write(byte* target, IPAddress address, int port)
    {
        Span<byte> bytes = new(target, Size);
        bytes.Clear();
        int family = FamilyOf(address);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)family);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)port);
        address.TryWriteBytes(bytes[(family == AF_INET ? 4 : 8)..], out _);
        if (family == AF_INET6 && address.ScopeId != 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], (uint)address.ScopeId);
        }

        return family == AF_INET ? 16u : (uint)Size;
    }

    internal static unsafe IPEndPoint Read(byte* source)
    {
        ReadOnlySpan<byte> bytes = new(source, Size);
        int port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes) == AF_INET
            ? new IPEndPoint(new IPAddress(bytes.Slice(4, 4)), port)
            : new IPEndPoint(new IPAddress(bytes.Slice(8, 16), BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..])), port);
    }
}
