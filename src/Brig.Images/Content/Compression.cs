using System.IO.Compression;
using Brig.Oci.Images;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;
using ZstdSharp;

namespace Brig.Images.Content;

/// <summary>What a stream is compressed with, told by its first bytes: media types and names are often wrong.</summary>
internal static class Compression
{
    /// <summary>In the place of media types: no layer of a registry is packed so.</summary>
    internal const string Xz = "xz", Bzip2 = "bzip2";

    private const int MagicLength = 6;

    /// <summary>The uncompressed content of a stream. Disposing it disposes the stream.</summary>
    internal static Stream Open(Stream packed)
    {
        (Stream whole, string type) = Sniff(packed);
        return type switch
        {
            MediaTypes.OciLayerGzip => new GZipStream(whole, CompressionMode.Decompress),
            MediaTypes.OciLayerZstd => new DecompressionStream(whole, bufferSize: 128 << 10, leaveOpen: false),
            Xz => new ForeignStream(whole, packed => new XZStream(packed)),
            Bzip2 => new ForeignStream(whole, packed => BZip2Stream.Create(packed, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: true)),
            _ => whole,
        };
    }

    /// <summary>Whether an exception says that what was to be uncompressed is damaged.</summary>
    internal static bool IsDamage(Exception error) => error is InvalidDataException or EndOfStreamException or ZstdException;

    /// <summary>The stream from its beginning, and the media type of a layer that is packed so (<see cref="Xz"/> or <see cref="Bzip2"/> where there is none).</summary>
    internal static (Stream Whole, string LayerType) Sniff(Stream packed)
    {
        byte[] magic = new byte[MagicLength];
        int length = packed.ReadAtLeast(magic, MagicLength, throwOnEndOfStream: false);
        return (new PrefixedStream(magic.AsMemory(0, length), packed), magic switch
        {
            [0x1f, 0x8b, ..] => MediaTypes.OciLayerGzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] or [>= 0x50 and <= 0x5f, 0x2a, 0x4d, 0x18, ..] => MediaTypes.OciLayerZstd,
            [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0] => Xz,
            [(byte)'B', (byte)'Z', (byte)'h', ..] => Bzip2,
            _ => MediaTypes.OciLayer,
        });
    }
}
