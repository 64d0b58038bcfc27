using System.Buffers.Binary;
using System.Text;

namespace Brig.Containers.Monitor;

/// <summary>Contents of frames.</summary>
internal static class Frames
{
    internal static byte[] Make(FrameType type, ReadOnlySpan<byte> content)
    {
        byte[] frame = new byte[FrameReader.HeaderSize + content.Length];
        frame[0] = (byte)type;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), content.Length);
        content.CopyTo(frame.AsSpan(FrameReader.HeaderSize));
        return frame;
    }

    internal static byte[] Number(FrameType type, int number)
    {
        Span<byte> content = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(content, number);
        return Make(type, content);
    }

    internal static int Number(ReadOnlySpan<byte> content) => BinaryPrimitives.ReadInt32LittleEndian(content);

    internal static byte[] Attach(FrameType type, AttachOptions options, ushort rows, ushort columns)
    {
        Span<byte> content = stackalloc byte[5];
        content[0] = (byte)options;
        BinaryPrimitives.WriteUInt16LittleEndian(content[1..], rows);
        BinaryPrimitives.WriteUInt16LittleEndian(content[3..], columns);
        return Make(type, content);
    }

    internal static byte[] Resize(ushort rows, ushort columns) => Attach(FrameType.Resize, AttachOptions.None, rows, columns);

    internal static (AttachOptions Options, ushort Rows, ushort Columns) Attach(ReadOnlySpan<byte> content) =>
        ((AttachOptions)content[0], BinaryPrimitives.ReadUInt16LittleEndian(content[1..]), BinaryPrimitives.ReadUInt16LittleEndian(content[3..]));

    internal static byte[] Failed(BrigException error) => Make(FrameType.Failed, [(byte)error.Kind, .. Encoding.UTF8.GetBytes(error.Message)]);

    internal static BrigException Failed(ReadOnlySpan<byte> content) => new((ErrorKind)content[0], Encoding.UTF8.GetString(content[1..]));
}
