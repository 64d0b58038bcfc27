using System.Security.Cryptography;
using Brig.Images.Content;
using Brig.Images.Layers;
using Brig.Images.Layers.Index;
using Brig.Images.Layers.Packing;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Checks;

/// <summary>Compares layers with their indexes and blobs with their digests, and makes a damaged layer again from a blob that is whole.</summary>
internal sealed class LayerCheck(ImageStore store, CheckDepth depth, CancellationToken token)
{
    /// <summary>What is wrong with a layer that is there; null where nothing is.</summary>
    internal string? Problem(DiffId layer)
    {
        if (Files.TryStat(null, store.Layers.IndexOf(layer)) is null)
        {
            return "it has no index";
        }

        try
        {
            using SafeFileHandle tree = store.Layers.OpenTree(layer);
            using IndexReader index = store.Layers.OpenIndex(layer, token);
            IndexComparison comparison = new(index, depth);
            new TreeWalk(depth == CheckDepth.Full ? new ContentSums { MayHaveAttributes = true } : null, comparison.Visit, token).Run(tree);
            comparison.End();
            return comparison.Difference;
        }
        catch (Exception failure) when (failure is InvalidDataException or LinuxException or BrigException)
        {
            // Removed while it was looked at, it is nobody's any more.
            return store.Layers.Find(layer) is null ? null : failure.Message;
        }
    }

    /// <summary>Whether the blob's bytes are those of its digest. Without <see cref="CheckDepth.Full"/> only whether there are as many.</summary>
    internal bool IsWhole(LayerBlob blob) => IsWhole(blob.Digest, blob.Size);

    /// <summary>Whether a blob's bytes are those of its digest, or as many.</summary>
    internal bool IsWhole(Digest blob, long size)
    {
        if (depth == CheckDepth.Quick || !store.Blobs.IsThere(blob, size))
        {
            return store.Blobs.IsThere(blob, size);
        }

        using SafeFileHandle? file = store.Blobs.TryOpen(blob, size);
        if (file is null)
        {
            return false;
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 18];
        while (Files.Read(file, buffer) is > 0 and int got)
        {
            token.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, got);
        }

        return Digest.FromSha256(hash.GetHashAndReset()) == blob;
    }

    /// <summary>
    /// Puts a layer right that is missing or is not as its index says: from one of its blobs, or, where it is Brig's own making, by proving that the
    /// tree still has the diff ID. False where neither can be done.
    /// </summary>
    /// <param name="lowers">The directories of the layers below, topmost first.</param>
    internal bool Restore(DiffId layer, IReadOnlyList<string> lowers)
    {
        LayerCheck full = new(store, CheckDepth.Full, token);
        if (store.Blobs.Of(layer).Find(full.IsWhole) is { } blob && store.Blobs.TryOpen(blob.Digest, blob.Size) is { } file)
        {
            using (file)
            {
                using Stream content = Compression.Open(new FileSlice(file, 0, blob.Size));
                store.Layers.Replace(layer, content, lowers, token);
                return true;
            }
        }

        if (store.Layers.Find(layer) is null || !IsProven(layer))
        {
            return false;
        }

        store.Layers.WriteIndexAgain(layer, token);
        return true;
    }

    private bool IsProven(DiffId layer)
    {
        using HashStream hash = new();
        try
        {
            store.Layers.WriteTar(layer, hash, token);
        }
        catch (BrigException)
        {
            return false; // it holds what no layer of Brig's making does
        }

        return hash.Finish() == layer.Digest;
    }
}
