using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Brig.Linux.Netlink;

/// <summary>
/// Builds one or more netlink messages in one buffer: <see cref="Begin"/>, the family's fixed header, attributes.
/// All of them travel in one send. Numbers are in host order unless the name says otherwise.
/// </summary>
public sealed class NetlinkWriter(int capacity = 2048)
{
    internal const int HeaderLength = 16;
    private const ushort NLA_F_NESTED = 0x8000;
    private byte[] _buffer = new byte[capacity];
    private int _length;
    private int _message = -1;

    /// <summary>How many messages were begun; the sequence numbers count from it.</summary>
    public int Count { get; private set; }

    internal Span<byte> Bytes
    {
        get
        {
            Close();
            return _buffer.AsSpan(0, _length);
        }
    }

    /// <summary>Starts a message; the one before it ends here.</summary>
    public void Begin(int type, NetlinkFlags flags)
    {
        Close();
        _message = _length;
        Span<byte> header = Take(HeaderLength);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], (ushort)type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)(flags | NetlinkFlags.NLM_F_REQUEST));
        Count++;
    }

    /// <summary>Adds flags to the message that is open, e.g. the acknowledgement of the last one.</summary>
    public void AddFlags(NetlinkFlags flags)
    {
        Span<byte> field = _buffer.AsSpan(_message + 6, 2);
        BinaryPrimitives.WriteUInt16LittleEndian(field, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(field) | (ushort)flags));
    }

    /// <summary>A fixed structure that follows a header, padded to four bytes.</summary>
    public void Structure<T>(in T value)
        where T : unmanaged => MemoryMarshal.Write(Take(Unsafe.SizeOf<T>()), in value);

    public void Attribute(int type, ReadOnlySpan<byte> value) => value.CopyTo(AttributeSpace(type, value.Length));

    public void Empty(int type) => AttributeSpace(type, 0);

    public void Byte(int type, byte value) => AttributeSpace(type, 1)[0] = value;

    public void UInt16(int type, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(AttributeSpace(type, 2), value);

    public void UInt32(int type, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(AttributeSpace(type, 4), value);

    public void UInt32BigEndian(int type, uint value) => BinaryPrimitives.WriteUInt32BigEndian(AttributeSpace(type, 4), value);

    /// <summary>Text with a zero byte after it.</summary>
    public void Text(int type, string value)
    {
        Span<byte> space = AttributeSpace(type, Encoding.UTF8.GetByteCount(value) + 1);
        Encoding.UTF8.GetBytes(value, space);
    }

    /// <summary>Opens an attribute that holds others; disposing ends it. Netfilter and newer route attributes want the nested flag.</summary>
    public Nesting Nest(int type)
    {
        int start = _length;
        AttributeSpace(type | NLA_F_NESTED, 0);
        return new Nesting(this, start);
    }

    internal int CloseAndNumber(uint first)
    {
        Span<byte> bytes = Bytes;
        uint number = first;
        for (int offset = 0; offset < bytes.Length; number++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(offset + 8)..], number);
            offset += Align((int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]));
        }

        return bytes.Length;
    }

    internal static int Align(int length) => (length + 3) & ~3;

    private void Close()
    {
        if (_message >= 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_message), (uint)(_length - _message));
        }
    }

    private Span<byte> AttributeSpace(int type, int length)
    {
        Span<byte> space = Take(4 + length);
        BinaryPrimitives.WriteUInt16LittleEndian(space, (ushort)(4 + length));
        BinaryPrimitives.WriteUInt16LittleEndian(space[2..], (ushort)type);
        return space[4..];
    }

    private Span<byte> Take(int length)
    {
        int aligned = Align(length);
        if (_length + aligned > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + aligned));
        }

        Span<byte> space = _buffer.AsSpan(_length, length);
        _length += aligned;
        return space;
    }

    private void EndNested(int start)
    {
        int length = _length - start;
        if (length > ushort.MaxValue)
        {
            throw new LinuxException("netlink", "attribute too long", Errno.EMSGSIZE);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(start), (ushort)length);
    }

    /// <summary>An open nested attribute.</summary>
    public readonly ref struct Nesting
    {
        private readonly NetlinkWriter _writer;
        private readonly int _start;

        internal Nesting(NetlinkWriter writer, int start)
        {
            _writer = writer;
            _start = start;
        }

        public void Dispose() => _writer.EndNested(_start);
    }
}
