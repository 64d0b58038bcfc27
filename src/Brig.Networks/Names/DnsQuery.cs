using System.Buffers.Binary;
using System.Text;

namespace Brig.Networks.Names;

/// <summary>A query as a client sent it (RFC 1035, 6891). Only what the server needs is read; the bytes are kept for other servers.</summary>
internal sealed class DnsQuery
{
    internal const int HeaderLength = 12, LongestMessage = 65535, PlainDatagram = 512, LargestDatagram = 4096;
    private const int LongestName = 255;

    private DnsQuery(byte[] message) => Message = message;

    /// <summary>The whole message.</summary>
    internal byte[] Message { get; }

    internal ushort Id => BinaryPrimitives.ReadUInt16BigEndian(Message);

    /// <summary>In lower case, without the dot behind; empty for the root.</summary>
    internal string Name { get; private set; } = "";

    internal DnsType Type { get; private set; }

    internal bool IsInternet { get; private set; }

    /// <summary>Where the question ends, which begins behind the header.</summary>
    internal int QuestionEnd { get; private set; }

    /// <summary>Whether it has an OPT record, so that the answer is to have one.</summary>
    internal bool HasEdns { get; private set; }

    /// <summary>The greatest datagram that its sender takes.</summary>
    internal int DatagramSize { get; private set; } = PlainDatagram;

    /// <summary>Reads a message; null where it is none that can be answered, not even with an error.</summary>
    /// <param name="error">FORMERR or NOTIMP where it is to be answered so; the question is then not known.</param>
    internal static DnsQuery? Parse(ReadOnlySpan<byte> bytes, out DnsCode error)
    {
        error = DnsCode.NoError;
        if (bytes.Length is < HeaderLength or > LongestMessage || (bytes[2] & 0x80) != 0)
        {
            return null; // answers are never answered: two servers would go on for ever
        }

        DnsQuery query = new(bytes.ToArray());
        if ((bytes[2] & 0x78) != 0)
        {
            error = DnsCode.NotImplemented;
            return query;
        }

        int at = HeaderLength;
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) != 1 || ReadName(bytes, ref at) is not { } name || at + 4 > bytes.Length)
        {
            error = DnsCode.FormatError;
            return query;
        }

        query.Name = name;
        query.Type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
        query.IsInternet = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]) is 1 or 255;
        query.QuestionEnd = at + 4;
        query.ReadEdns(bytes);
        return query;
    }

    /// <summary>Whether another server's message answers this query: same question, and an answer at all.</summary>
    internal bool IsAnsweredBy(ReadOnlySpan<byte> answer, ushort id) =>
        answer.Length >= QuestionEnd && BinaryPrimitives.ReadUInt16BigEndian(answer) == id && (answer[2] & 0x80) != 0
        && BinaryPrimitives.ReadUInt16BigEndian(answer[4..]) == 1
        && Ascii.EqualsIgnoreCase(answer[HeaderLength..(QuestionEnd - 4)], Message.AsSpan(HeaderLength, QuestionEnd - 4 - HeaderLength))
        && answer.Slice(QuestionEnd - 4, 4).SequenceEqual(Message.AsSpan(QuestionEnd - 4, 4));

    /// <summary>A name without compression, which a question has no use for. Bytes that are no printable ASCII make a name that nobody has.</summary>
    private static string? ReadName(ReadOnlySpan<byte> bytes, ref int at)
    {
        StringBuilder name = new();
        while (at < bytes.Length)
        {
            int length = bytes[at++];
            if (length == 0)
            {
                return name.ToString();
            }

            if (length > 63 || at + length > bytes.Length || name.Length + length + 1 > LongestName)
            {
                return null;
            }

            if (name.Length > 0)
            {
                name.Append('.');
            }

            foreach (byte letter in bytes.Slice(at, length))
            {
                name.Append(letter is > 0x20 and < 0x7F and not (byte)'.' ? char.ToLowerInvariant((char)letter) : '\uFFFD');
            }

            at += length;
        }

        return null;
    }

    /// <summary>Looks for the OPT record behind a question that nothing else follows, as clients send it.</summary>
    private void ReadEdns(ReadOnlySpan<byte> bytes)
    {
        const int OptLength = 11, OPT = 41;
        int additional = BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]);
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[6..]) != 0 || additional == 0 || QuestionEnd + OptLength > bytes.Length)
        {
            return;
        }

        ReadOnlySpan<byte> record = bytes[QuestionEnd..];
        if (record[0] == 0 && BinaryPrimitives.ReadUInt16BigEndian(record[1..]) == OPT)
        {
            HasEdns = true;
            DatagramSize = Math.Clamp((int)BinaryPrimitives.ReadUInt16BigEndian(record[3..]), PlainDatagram, LargestDatagram);
        }
    }
}
