using System.Text.Json;
using Brig.Images.Archives;
using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Images;
using Microsoft.Win32.SafeHandles;

namespace Brig.Images.Bundles;

/// <summary>Writes bundles as OCI layouts, in a tar or a directory (image-spec image-layout.md).</summary>
public static class BundleFiles
{
    private const string BlobFolder = "blobs/sha256";
    private static ReadOnlySpan<byte> Layout => """{"imageLayoutVersion":"1.0.0"}"""u8;

    /// <summary>Writes one tar; for Docker with its own manifest.json too, which names the first image.</summary>
    public static void WriteArchive(ImageBundle bundle, IReadOnlyList<ImageReference> names, bool forDocker, Stream output, CancellationToken token)
    {
        TarOutput tar = new(output);
        tar.Directory("blobs");
        tar.Directory(BlobFolder);
        foreach (BundleBlob blob in bundle.Blobs.Concat(bundle.Manifests).OrderBy(blob => blob.Descriptor.Digest.Hex, StringComparer.Ordinal).DistinctBy(blob => blob.Descriptor.Digest))
        {
            using Stream content = blob.Open(0, blob.Descriptor.Size);
            tar.File(NameOf(blob.Descriptor.Digest), blob.Descriptor.Size, content, token);
        }

        tar.File("index.json", Index(bundle, names));
        if (forDocker)
        {
            (Image image, _, IReadOnlyList<Digest> layers) = bundle.Images[0];
            ArchiveItem item = new() { Config = NameOf(image.Id), RepoTags = names.Count == 0 ? null : [.. names.Select(name => name.Familiar)], Layers = [.. layers.Select(NameOf)] };
            tar.File("manifest.json", JsonSerializer.SerializeToUtf8Bytes([item], ArchiveJson.Documents.ListArchiveItem));
        }

        tar.File("oci-layout", Layout);
        tar.End();
    }

    /// <summary>Writes the layout's files into a directory, which is made where it is missing; blobs that are there stay.</summary>
    public static void WriteFolder(ImageBundle bundle, IReadOnlyList<ImageReference> names, string folder, CancellationToken token)
    {
        Files.MakeDirectories(Path.Combine(folder, BlobFolder));
        foreach (BundleBlob blob in bundle.Blobs.Concat(bundle.Manifests))
        {
            string path = Path.Combine(folder, NameOf(blob.Descriptor.Digest));
            if (Files.TryStat(null, path)?.Size == blob.Descriptor.Size)
            {
                continue;
            }

            token.ThrowIfCancellationRequested();
            string beside = $"{path}.{Guid.NewGuid():N}.tmp";
            using (SafeFileHandle file = Files.Open(beside, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0x1A4))
            using (Stream content = blob.Open(0, blob.Descriptor.Size))
            using (FileStream output = new(file, FileAccess.Write, 128 << 10))
            {
                content.CopyTo(output);
            }

            Files.Rename(null, beside, null, path);
        }

        Files.Replace(Path.Combine(folder, "oci-layout"), Layout);
        Files.Replace(Path.Combine(folder, "index.json"), Index(bundle, names));
    }

    private static byte[] Index(ImageBundle bundle, IReadOnlyList<ImageReference> names) => JsonSerializer.SerializeToUtf8Bytes(
        new ImageIndex
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.OciIndex,
            Manifests = names.Count == 0 ? [bundle.Root] : [.. names.Select(name => bundle.Root with
            {
                Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
                {
                    ["io.containerd.image.name"] = ImageTable.Key(name.WithDefaultTag()),
                    ["org.opencontainers.image.ref.name"] = name.WithDefaultTag().Tag!,
                },
            })],
        },
        ImageJson.Documents.ImageIndex);

    private static string NameOf(Digest digest) => $"{BlobFolder}/{digest.Hex}";
}
