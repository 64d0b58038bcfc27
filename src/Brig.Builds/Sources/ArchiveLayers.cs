using Brig.Images;
using Brig.Images.Content;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Sources;

/// <summary>Unpacks archives where nothing in them can lead astray: each becomes a layer of the store, which lives as long as the build's lease.</summary>
internal sealed class ArchiveLayers(ImageStore images, ContentLease lease)
{
    /// <summary>The directory that the archive's files are in, not to be changed; null where the file is no archive.</summary>
    internal string? TryUnpack(SafeFileHandle file, CancellationToken token)
    {
        using Stream? tar = ArchiveFile.TryOpen(file);
        if (tar is null)
        {
            return null;
        }

        Brig.Images.Layers.Layer layer = images.Layers.Ingest(tar, null, () => [], token);
        lease.Hold([layer.DiffId]);
        return images.Layers.PathOf(layer.DiffId);
    }
}
