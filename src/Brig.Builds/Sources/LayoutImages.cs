using System.Formats.Tar;
using Brig.Images;
using Brig.Images.Archives;
using Brig.Images.Content;
using Brig.Images.Transfers;
using Brig.Linux;
using Brig.Oci;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Sources;

/// <summary>Brings an image of an OCI layout's directory into the store (image-spec image-layout.md).</summary>
internal sealed class LayoutImages(StateRoot root, ImageStore images, ContentLease lease)
{
    /// <param name="place">The directory, then <c>:tag</c> or <c>@digest</c> where the layout has several images.</param>
    /// <param name="platform">Which image of an index.</param>
    /// <param name="token">Ends the reading.</param>
    internal async Task<Image> LoadAsync(string place, Platform platform, CancellationToken token)
    {
        int at = place.IndexOf('@', StringComparison.Ordinal);
        int colon = at < 0 ? place.LastIndexOf(':') : -1;
        string folder = at >= 0 ? place[..at] : colon > place.LastIndexOf('/') ? place[..colon] : place;
        string wanted = at >= 0 ? place[(at + 1)..] : folder.Length < place.Length ? place[(folder.Length + 1)..] : "";
        if (!File.Exists(Path.Combine(folder, "index.json")))
        {
            throw BrigException.NotFound($"{Text.Quote(folder)}: no OCI layout (it has no index.json)");
        }

        using SafeFileHandle spool = UnnamedFiles.Create(root.Staging);
        using (FileStream output = new(Files.Duplicate(spool), FileAccess.Write, 128 << 10))
        using (TarWriter tar = new(output, TarEntryFormat.Ustar, leaveOpen: false))
        {
            foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                string name = Path.GetRelativePath(folder, path);
                if (name is "index.json" or "oci-layout" || name.StartsWith("blobs/", StringComparison.Ordinal))
                {
                    await tar.WriteEntryAsync(path, name, token);
                }
            }
        }

        using FileStream input = new(Files.Duplicate(spool), FileAccess.Read, 0);
        input.Position = 0;
        IReadOnlyList<LoadedImage> loaded = await new ImageLoader(images).LoadAsync(input, new LoadOptions { Platforms = [platform] }, new Silence(), token);
        LoadedImage? chosen = wanted.Length == 0 ? (loaded.Count > 0 ? loaded[0] : null)
            : loaded.FirstOrDefault(image => image.Tags.Any(tag => tag.Tag == wanted || tag.Familiar == wanted)) ?? (loaded.Count == 1 ? loaded[0] : null);
        Image found = chosen?.Image ?? throw BrigException.NotFound($"{Text.Quote(folder)}: no image {Text.Quote(wanted)} for {platform}");
        lease.Hold(found.Layers);
        return found;
    }

    private sealed class Silence : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
        }
    }
}
