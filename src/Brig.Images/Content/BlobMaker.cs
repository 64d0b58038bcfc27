using System.IO.Compression;
using Brig.Images.Archives;
using Brig.Images.Bundles;
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
        (Digest digest, long size) = Gzip(file, CompressionLevel.Optimal, packed => WriteTar(layer, packed, token));
        return Keep(file, new LayerBlob(digest, layer, size, MediaTypes.OciLayerGzip), lease);
    }

    /// <summary>The layer's blob in the packing that is asked for; one of another packing does, unless that is forced.</summary>
    internal LayerBlob Ensure(DiffId layer, BundleOptions options, ContentLease lease, CancellationToken token)
    {
        (string type, string dockerType) = options.Compression switch
        {
            BundleCompression.Zstd => (MediaTypes.OciLayerZstd, MediaTypes.OciLayerZstd),
            BundleCompression.None => (MediaTypes.OciLayer, MediaTypes.DockerLayer),
            _ => (MediaTypes.OciLayerGzip, MediaTypes.DockerLayerGzip),
        };
        List<LayerBlob> known = blobs.Of(layer);
        if (known.Find(blob => blob.MediaType == type || blob.MediaType == dockerType) is { } exact && options.Level is null)
        {
            lease.Hold([exact.Digest]);
            return exact;
        }

        if (known.Count > 0 && !options.ForceCompression && options.Compression == BundleCompression.Gzip)
        {
            lease.Hold([known[0].Digest]);
            return known[0];
        }

        int level = options.Level ?? (options.Compression == BundleCompression.Zstd ? 3 : 6);
        return Make(layer, type, level, lease, token);
    }

    /// <summary>Makes a blob of the layer that is compressed as asked, whatever blobs it has.</summary>
    internal LayerBlob Convert(DiffId layer, ConvertOptions options, ContentLease lease, CancellationToken token) => Make(layer, options.MediaType, options.Level, lease, token);

    private LayerBlob Make(DiffId layer, string type, int level, ContentLease lease, CancellationToken token)
    {
        using SafeFileHandle file = blobs.Create();
        using HashingStream hashing = new(new FileOutput(file));
        using BufferedStream buffered = new(hashing, CopySize);
        Stream packed = type switch
        {
            MediaTypes.OciLayerGzip => new GZipStream(buffered, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true),
            MediaTypes.OciLayerZstd => new ZstdSharp.CompressionStream(buffered, level, leaveOpen: true),
            _ => buffered,
        };
        WriteTar(layer, packed, token);
        if (packed != buffered)
        {
            packed.Dispose(); // writes the last block
        }

        buffered.Flush();
        return Keep(file, new LayerBlob(hashing.Digest, layer, hashing.Length, type), lease);
    }

    /// <summary>The layer as the tar that it came as, or that Brig made of it; its digest is the diff ID.</summary>
    private void WriteTar(DiffId layer, Stream output, CancellationToken token)
    {
        using HashingStream tar = new(output);
        if (blobs.Of(layer) is [var blob, ..] && blobs.TryOpen(blob.Digest, blob.Size) is { } file)
        {
            using (file)
            {
                using Stream content = Compression.Open(new FileSlice(file, 0, blob.Size));
                Pump(content, tar, token);
            }
        }
        else
        {
            layers.WriteTar(layer, tar, token);
        }

        if (tar.Digest != layer.Digest)
        {
            throw new BrigException(ErrorKind.Internal, $"layer {layer.Digest.Short}: its blob is gone or damaged and cannot be made again (pull or load the image again)");
        }
    }

    /// <summary>
    /// Writes a layer's blob to a file: as it comes where it is compressed, else with gzip. Gives all but the diff ID, which only unpacking tells.
    /// </summary>
    internal static (Digest Digest, long Size, string MediaType) Copy(Stream packed, SafeFileHandle file, CancellationToken token)
    {
        (Stream content, string type) = Compression.Sniff(packed);
        if (type is Compression.Xz or Compression.Bzip2)
        {
            (content, type) = (Compression.Open(content), MediaTypes.OciLayer);
        }

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
