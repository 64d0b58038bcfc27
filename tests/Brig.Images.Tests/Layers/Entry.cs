using System.Text;

namespace Brig.Images.Tests.Layers;

/// <summary>Makes tar archives by hand, also such as no program would write.</summary>
internal static class Entry
{
    internal static byte[] File(string name, string content = "x") => Raw(name, '0', content: content);

    internal static byte[] Directory(string name, string mode = "0000755") => Raw(name, '5', mode: mode);

    internal static byte[] Symlink(string name, string target) => Raw(name, '2', target);

    internal static byte[] Link(string name, string target) => Raw(name, '1', target);

    internal static byte[] Pax(string records, char type = 'x') => Raw("PaxHeaders/x", type, content: records);

    /// <summary>A PAX header of <c>key=value</c> records.</summary>
    internal static byte[] Records(params string[] records) => Pax(string.Concat(records.Select(Record)));

    internal static string Record(string text)
    {
        // The length counts its own digits, the space and the end of the line.
        int length = text.Length + 3;
        while (length != text.Length + 2 + $"{length}".Length)
        {
            length++;
        }

        return $"{length} {text}\n";
    }

    internal static byte[] Raw(string name, char type, string target = "", string content = "", string mode = "0000644", string? size = null)
    {
        byte[] data = Encoding.Latin1.GetBytes(content), header = new byte[512 + ((data.Length + 511) / 512 * 512)];
        Put(0, name);
        Put(100, mode);
        Put(108, "0000000");
        Put(116, "0000000");
        Put(124, size ?? Convert.ToString(data.Length, 8).PadLeft(11, '0'));
        Put(136, "00000001000");
        header[156] = (byte)type;
        Put(157, target);
        Put(257, "ustar\000");
        Put(329, "0000001");
        Put(337, "0000003");
        data.CopyTo(header, 512);
        return Sign(header);

        void Put(int at, string text) => Encoding.Latin1.GetBytes(text).CopyTo(header, at);
    }

    /// <summary>Sets the checksum of the header at the start.</summary>
    internal static byte[] Sign(byte[] header)
    {
        header.AsSpan(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in header.AsSpan(0, 512))
        {
            sum += value;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0").CopyTo(header, 148);
        return header;
    }

    internal static byte[] Archive(params byte[][] entries) => [.. entries.SelectMany(entry => entry), .. new byte[1024]];
}
