using System.IO.Compression;
using Brig.Images.Layers;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Content;

/// <summary>Makes the blob of a layer that came without one. To be used under a lease that holds the layer.</summary>
internal sealed class BlobMaker(BlobStore blobs, LayerStore layers)
{
    private const int CopySize = 256 << 10;

    /// <summary>The layer's blob; one is made of the unpacked layer where there is none.</summary>
    internal LayerBlob Ensure(DiffId layer, ContentLease lease, CancellationToken token)
    {
        if (blobs.Of(layer) is [LayerBlob there, ..])
        {
            return there;
        }

        using SafeFileHandle file = blobs.Create();
        (Digest digest, long size) = Gzip(file, CompressionLevel.Optimal, packed =>
        {
            using HashingStream tar = new(packed);
            layers.WriteTar(layer, tar, token);
            if (tar.Digest != layer.Digest)
            {
                throw new BrigException(ErrorKind.Internal, $"layer {layer.Digest.Short}: its blob is gone and cannot be made again (pull or load the image again)");
            }
        });
        return Keep(file, new LayerBlob(digest, layer, size, MediaTypes.OciLayerGzip), lease);
    }

    /// <summary>
    /// Writes a layer's blob to a file: as it comes where it is compressed, else with gzip. Gives all but the diff ID, which only unpacking tells.
    /// </summary>
    internal static (Digest Digest, long Size, string MediaType) Copy(Stream packed, SafeFileHandle file, CancellationToken token)
    {
        (Stream content, string type) = Compression.Sniff(packed);
        using (content)
        {
            if (type == MediaTypes.OciLayer)
            {
                (Digest digest, long size) = Gzip(file, CompressionLevel.Fastest, output => Pump(content, output, token));
                return (digest, size, MediaTypes.OciLayerGzip);
            }

            using HashingStream hashing = new(new FileOutput(file));
            Pump(content, hashing, token);
            return (hashing.Digest, hashing.Length, type);
        }
    }

    /// <summary>Names and records a written blob.</summary>
    internal LayerBlob Keep(SafeFileHandle file, LayerBlob blob, ContentLease lease)
    {
        lease.Hold([blob.Digest]);
        blobs.Name(file, blob.Digest);
        blobs.Record(blob);
        return blob;
    }

    private static (Digest Digest, long Size) Gzip(SafeFileHandle file, CompressionLevel level, Action<Stream> write)
    {
        using HashingStream hashing = new(new FileOutput(file));
        using BufferedStream buffered = new(hashing, CopySize);
        using (GZipStream gzip = new(buffered, level, leaveOpen: true))
        {
            write(gzip);
        }

        buffered.Flush();
        return (hashing.Digest, hashing.Length);
    }

    private static void Pump(Stream from, Stream to, CancellationToken token)
    {
        byte[] buffer = new byte[CopySize];
        while (from.Read(buffer) is var got and > 0)
        {
            token.ThrowIfCancellationRequested();
            to.Write(buffer, 0, got);
        }
    }
}
