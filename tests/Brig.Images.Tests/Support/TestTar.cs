using System.Formats.Tar;
using System.IO.Compression;

namespace Brig.Images.Tests.Support;

/// <summary>Layers for tests.</summary>
internal static class TestTar
{
    internal static byte[] Of(params (string Name, byte[] Content)[] files)
    {
        MemoryStream output = new();
        using (TarWriter writer = new(output, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content), ModificationTime = DateTimeOffset.UnixEpoch, Mode = (UnixFileMode)Convert.ToInt32("644", 8) });
            }
        }

        return output.ToArray();
    }

    internal static byte[] Random(string name, int size, int seed)
    {
        byte[] content = new byte[size];
        new Random(seed).NextBytes(content.AsSpan(0, size / 2));
        return Of((name, content));
    }

    internal static byte[] Gzip(byte[] content)
    {
        MemoryStream output = new();
        using (GZipStream gzip = new(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return output.ToArray();
    }

    internal static byte[] Zstd(byte[] content)
    {
        using ZstdSharp.Compressor compressor = new(3);
        return compressor.Wrap(content).ToArray();
    }
}
