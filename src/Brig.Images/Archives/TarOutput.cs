using System.Text;

namespace Brig.Images.Archives;

/// <summary>Writes a tar archive of plain files with nothing in it that differs from one time to the next (ustar; sizes over 8 GiB as GNU writes them).</summary>
internal sealed class TarOutput(Stream output)
{
    private const int Block = 512;

    internal void Directory(string name) => output.Write(Header(name + "/", 0, '5', "0000755"));

    internal void File(string name, ReadOnlySpan<byte> content)
    {
        output.Write(Header(name, content.Length, '0', "0000644"));
        output.Write(content);
        Pad(content.Length);
    }

    internal void File(string name, long size, Stream content, CancellationToken token)
    {
        output.Write(Header(name, size, '0', "0000644"));
        byte[] buffer = new byte[256 << 10];
        long left = size;
        while (left > 0)
        {
            token.ThrowIfCancellationRequested();
            int got = content.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (got == 0)
            {
                throw new EndOfStreamException($"{name} is shorter than it was");
            }

            output.Write(buffer, 0, got);
            left -= got;
        }

        Pad(size);
    }

    /// <summary>Writes the end of the archive.</summary>
    internal void End()
    {
        output.Write(new byte[2 * Block]);
        output.Flush();
    }

    private void Pad(long size) => output.Write(new byte[(Block - (size % Block)) % Block]);

    private static byte[] Header(string name, long size, char type, string mode)
    {
        byte[] header = new byte[Block];
        void Put(int at, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(at));
        Put(0, name);
        Put(100, mode);
        Put(108, "0000000");
        Put(116, "0000000");
        if (size < 1L << 33)
        {
            Put(124, Convert.ToString(size, 8).PadLeft(11, '0'));
        }
        else
        {
            header[124] = 0x80;
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), size);
        }

        Put(136, "00000000000");
        Put(148, "        ");
        header[156] = (byte)type;
        Put(257, "ustar\0" + "00");
        int sum = 0;
        foreach (byte b in header)
        {
            sum += b;
        }

        Put(148, Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        return header;
    }
}
