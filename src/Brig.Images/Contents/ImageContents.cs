using System.Text;
using Brig.Images.Layers.Index;
using Brig.Images.Layers.Unpacking;
using Brig.Oci;

namespace Brig.Images.Contents;

/// <summary>What is in an image, and by which of its layers, read from the layers' indexes.</summary>
public sealed class ImageContents(ImageStore store)
{
    private const int MostLinks = 40;

    /// <summary>What each layer adds, overwrites and hides, lowest first.</summary>
    public IReadOnlyList<LayerSummary> Layers(Image image, CancellationToken token)
    {
        IReadOnlyList<string> instructions = Instructions.Of(image);
        int[] shown = Shown(image);
        LayerSummary[] summaries = [.. image.Layers.Select((layer, i) => new LayerSummary(layer, instructions[i], store.Layers.Find(layer)?.Size ?? throw Missing(image, layer), 0, 0, 0, 0))];
        using LayerMerge merge = Merge(image, shown, token);
        while (merge.Next())
        {
            token.ThrowIfCancellationRequested();
            foreach (PathEvent happened in merge.Events)
            {
                ref LayerSummary summary = ref summaries[shown[happened.Layer]];
                long gone = happened.Below is { Kind: IndexKind.File } file ? file.Size : 0;
                bool counts = happened.Entry is { IsDirectory: false } || happened.Below is { IsDirectory: false };
                summary = happened.Action switch
                {
                    LayerAction.Adds when counts => summary with { Added = summary.Added + 1 },
                    LayerAction.Overwrites when counts => summary with { Overwritten = summary.Overwritten + 1, Shadowed = summary.Shadowed + gone },
                    LayerAction.Hides when counts => summary with { Hidden = summary.Hidden + 1, Shadowed = summary.Shadowed + gone },
                    _ => summary,
                };
            }
        }

        return summaries;
    }

    /// <summary>Which layers had a hand in a path. Throws NotFound where no layer ever had it.</summary>
    /// <param name="path">From the image's root; symbolic links are followed in it, all but one at its end.</param>
    public PathOrigin Why(Image image, string path, CancellationToken token)
    {
        byte[] wanted = Resolve(image, path, token);
        int[] shown = Shown(image);
        IReadOnlyList<string> instructions = Instructions.Of(image);
        using LayerMerge merge = Merge(image, shown, token);
        if (!Find(merge, wanted) || merge.Events.Count == 0)
        {
            throw BrigException.NotFound($"{Text.Quote(path)}: no layer of the image has it");
        }

        return new PathOrigin("/" + Encoding.UTF8.GetString(wanted), [.. merge.Events.Reverse().Select(happened => Step(image, instructions, shown[happened.Layer], happened))]);
    }

    /// <summary>The path with the symbolic links in its directories followed, as a process in the image's root would.</summary>
    private byte[] Resolve(Image image, string path, CancellationToken token)
    {
        List<byte[]> done = [];
        Stack<byte[]> rest = new(Encoding.UTF8.GetBytes(path) is var bytes ? LayerPath.LinkParts(bytes).Select(part => part[..^1]).Reverse() : []);
        for (int links = 0; rest.TryPop(out byte[]? name);)
        {
            if (name is [(byte)'.', (byte)'.'])
            {
                done.RemoveRange(Math.Max(done.Count - 1, 0), Math.Min(done.Count, 1));
                continue;
            }

            done.Add(name);
            if (rest.Count == 0 || LinkAt(image, Join(done), token) is not { } target)
            {
                continue;
            }

            if (++links > MostLinks)
            {
                throw BrigException.Invalid($"{Text.Quote(path)}: too many levels of symbolic links");
            }

            done.RemoveAt(done.Count - 1);
            if (target is [(byte)'/', ..])
            {
                done.Clear();
            }

            foreach (byte[] part in LayerPath.LinkParts(target).Reverse<byte[]>())
            {
                rest.Push(part[..^1]);
            }
        }

        return Join(done);

        static byte[] Join(List<byte[]> parts) => [.. parts.SelectMany((part, i) => i == 0 ? part : [(byte)'/', .. part])];
    }

    /// <summary>The target of what shows at the path, where that is a symbolic link; read from the layer that has it.</summary>
    private byte[]? LinkAt(Image image, byte[] path, CancellationToken token)
    {
        int[] shown = Shown(image);
        using LayerMerge merge = Merge(image, shown, token);
        if (!Find(merge, path) || merge.Visible is not { Entry.Kind: IndexKind.SymbolicLink } link)
        {
            return null;
        }

        using Microsoft.Win32.SafeHandles.SafeFileHandle tree = store.Layers.OpenTree(image.Layers[shown[link.Layer]]);
        int slash = path.AsSpan().LastIndexOf((byte)'/');
        using Microsoft.Win32.SafeHandles.SafeFileHandle? parent = slash < 0 ? null : Linux.RawFiles.TryOpenDirectory(tree, [.. path[..slash], 0], out _);
        return Linux.RawFiles.ReadLink(parent ?? tree, [.. path[(slash + 1)..], 0], out byte[] target) == Linux.Errno.None ? target : null;
    }

    private static bool Find(LayerMerge merge, byte[] path)
    {
        while (merge.Next())
        {
            switch (IndexOrder.Compare(merge.Path, path))
            {
                case 0:
                    return true;
                case > 0:
                    return false;
            }
        }

        return false;
    }

    private static PathStep Step(Image image, IReadOnlyList<string> instructions, int layer, PathEvent happened)
    {
        string kind = happened.Entry?.Kind switch
        {
            null => "",
            IndexKind.Directory => "directory",
            IndexKind.File => happened.Entry is { Link: > 0 } ? "hard link" : "file",
            IndexKind.SymbolicLink => "symlink",
            IndexKind.Fifo => "fifo",
            _ => "device",
        };
        IndexEntry entry = happened.Entry ?? default;
        DateTimeOffset? modified = happened.Entry is null ? null
            : DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(entry.Seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
        return new PathStep(layer + 1, image.Layers[layer], instructions[layer], happened.Action, kind, entry.Permissions, entry.Uid, entry.Gid, entry.Size, modified);
    }

    /// <summary>The numbers of the layers that overlayfs is given, lowest first: of a layer that comes twice only the upper one.</summary>
    private static int[] Shown(Image image) =>
        [.. Enumerable.Range(0, image.Layers.Count).Where(i => !image.Layers.Skip(i + 1).Contains(image.Layers[i]))];

    private LayerMerge Merge(Image image, int[] shown, CancellationToken token) => new(shown.Select(i => store.Layers.OpenIndex(image.Layers[i], token)));

    private static BrigException Missing(Image image, DiffId layer) =>
        new(ErrorKind.Internal, $"image {image.Id.Short} lacks layer {layer.Digest.Short} (remove the image and pull it again)");
}
