using System.Text;

namespace Brig.Runtime.Checkpoints;

/// <summary>Reads the fields of one message in the encoding of Protocol Buffers, in their order.</summary>
/// <remarks>What is not such a message is a <see cref="FormatException"/>.</remarks>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int Varint = 0, Fixed64 = 1, Length = 2, Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The field that <see cref="TryNext"/> came to.</summary>
    internal int Field { get; private set; }

    /// <summary>Its value, where it is a number.</summary>
    internal long Value { get; private set; }

    /// <summary>Its bytes, where it is a text or a message.</summary>
    internal ReadOnlySpan<byte> Content { get; private set; }

    internal readonly string Text => Encoding.UTF8.GetString(Content);

    /// <summary>Goes to the next field; false at the end.</summary>
    internal bool TryNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong key = Number();
        Field = (int)(key >> 3);
        Value = 0;
        Content = default;
        switch ((int)(key & 7))
        {
            case Varint:
                Value = (long)Number();
                break;
            case Length:
                Content = Take(Number());
                break;
            case Fixed64:
                Take(8);
                break;
            case Fixed32:
                Take(4);
                break;
            default:
                throw new FormatException("protocol buffers: a field of no known type");
        }

        return true;
    }

    private ulong Number()
    {
        const int Bits = 64;
        ulong value = 0;
        for (int shift = 0; shift < Bits; shift += 7)
        {
            byte part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("protocol buffers: a number that does not end");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw new FormatException("protocol buffers: a message that ends too early");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
