using System.Text;

namespace Brig.Runtime.Checkpoints;

/// <summary>Writes one message in the encoding of Protocol Buffers (protobuf.dev/programming-guides/encoding); what is null is left out.</summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0, Length = 2, Continues = 0x80;

    private readonly List<byte> _bytes = [];

    internal ProtobufWriter Add(int field, long? value)
    {
        if (value is long number)
        {
            Key(field, Varint);
            Number((ulong)number);
        }

        return this;
    }

    /// <summary>False is every flag's default, and left out.</summary>
    internal ProtobufWriter Add(int field, bool value) => Add(field, value ? 1L : null);

    internal ProtobufWriter Add(int field, string? value) => value is null ? this : Add(field, Encoding.UTF8.GetBytes(value));

    internal ProtobufWriter Add(int field, ProtobufWriter? message) => message is null ? this : Add(field, message.ToArray());

    internal byte[] ToArray() => [.. _bytes];

    private ProtobufWriter Add(int field, byte[] content)
    {
        Key(field, Length);
        Number((ulong)content.Length);
        _bytes.AddRange(content);
        return this;
    }

    private void Key(int field, int type) => Number(((ulong)field << 3) | (uint)type);

    private void Number(ulong value)
    {
        for (; value >= Continues; value >>= 7)
        {
            _bytes.Add((byte)(value | Continues));
        }

        _bytes.Add((byte)value);
    }
}
