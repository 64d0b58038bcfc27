using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Brig.Networks.Names;

/// <summary>Writes answers to queries.</summary>
internal static class DnsReply
{
    private const uint Seconds = 600;

    /// <summary>An answer without records.</summary>
    internal static byte[] Empty(DnsQuery query, DnsCode code) => Make(query, code, int.MaxValue, [], null);

    /// <summary>The addresses that the question asks for; none of its family is an answer too: the name is there.</summary>
    /// <param name="most">The greatest message the client takes; what does not fit is left out, and the answer says so.</param>
    internal static byte[] Addresses(DnsQuery query, IReadOnlyList<IPAddress> addresses, int most) => Make(query, DnsCode.NoError, most,
        [.. addresses.Where(address => query.Type == DnsType.ANY || query.Type == (address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.AAAA))], null);

    internal static byte[] Pointer(DnsQuery query, string name) => Make(query, DnsCode.NoError, int.MaxValue, [], name);

    private static byte[] Make(DnsQuery query, DnsCode code, int most, IReadOnlyList<IPAddress> addresses, string? pointer)
    {
        const byte Response = 0x80, RecursionAvailable = 0x80, Opcode = 0x78, RecursionDesired = 0x01;
        bool whole = query.QuestionEnd > 0;
        using MemoryStream message = new();
        message.Write(query.Message, 0, whole ? query.QuestionEnd : DnsQuery.HeaderLength);
        int room = most - (query.HasEdns ? 11 : 0), records = 0;
        foreach (IPAddress address in addresses)
        {
            byte[] bytes = address.GetAddressBytes();
            if (message.Length + 12 + bytes.Length > room)
            {
                break;
            }

            Record(message, bytes.Length == 4 ? DnsType.A : DnsType.AAAA, bytes);
            records++;
        }

        if (pointer is not null)
        {
            Record(message, DnsType.PTR, Name(pointer));
            records++;
        }

        if (query.HasEdns)
        {
            message.Write([0, 0, 41, DnsQuery.LargestDatagram >> 8, DnsQuery.LargestDatagram & 0xFF, 0, 0, 0, 0, 0, 0]);
        }

        byte[] reply = message.ToArray();
        bool cut = records < addresses.Count;
        reply[2] = (byte)(Response | (query.Message[2] & (Opcode | RecursionDesired)) | (cut ? 2 : 0));
        reply[3] = (byte)(RecursionAvailable | (int)code);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(4), (ushort)(whole ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(6), (ushort)records);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(8), 0);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(10), (ushort)(query.HasEdns ? 1 : 0));
        return reply;
    }

    private static void Record(MemoryStream message, DnsType type, ReadOnlySpan<byte> data)
    {
        Span<byte> head = stackalloc byte[12];
        head[0] = 0xC0; // the name is the question's, behind the header
        head[1] = DnsQuery.HeaderLength;
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(head[4..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(head[6..], Seconds);
        BinaryPrimitives.WriteUInt16BigEndian(head[10..], (ushort)data.Length);
        message.Write(head);
        message.Write(data);
    }

    private static byte[] Name(string name)
    {
        using MemoryStream bytes = new();
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] text = Encoding.ASCII.GetBytes(label.Length > 63 ? label[..63] : label);
            bytes.WriteByte((byte)text.Length);
            bytes.Write(text);
        }

        bytes.WriteByte(0);
        return bytes.ToArray();
    }
}
