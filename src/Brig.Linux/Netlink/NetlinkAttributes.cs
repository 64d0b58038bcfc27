using System.Buffers.Binary;
using System.Text;

namespace Brig.Linux.Netlink;

/// <summary>Walks the attributes of a message or of a nested attribute. What is cut short ends the walk.</summary>
public ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The type without the nested and byte-order flags.</summary>
    public int Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly uint UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(Value);

    public readonly uint UInt32BigEndian => BinaryPrimitives.ReadUInt32BigEndian(Value);

    /// <summary>The text up to a zero byte.</summary>
    public readonly string Text => Encoding.UTF8.GetString(Value.IndexOf((byte)0) is >= 0 and int end ? Value[..end] : Value);

    public bool Next()
    {
        if (_rest.Length < 4)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        if (length < 4 || length > _rest.Length)
        {
            return false;
        }

        Type = BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]) & 0x3FFF;
        Value = _rest[4..length];
        _rest = _rest[Math.Min(NetlinkWriter.Align(length), _rest.Length)..];
        return true;
    }

    /// <summary>The value of the first attribute of a type; empty where there is none.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> bytes, int type)
    {
        NetlinkAttributes attributes = new(bytes);
        while (attributes.Next())
        {
            if (attributes.Type == type)
            {
                return attributes.Value;
            }
        }

        return default;
    }
}
