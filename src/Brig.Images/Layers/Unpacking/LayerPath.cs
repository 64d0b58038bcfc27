using Brig.Images.Layers.Tar;

namespace Brig.Images.Layers.Unpacking;

/// <summary>A name of a tar entry taken apart: components without <c>.</c> and <c>..</c>, each with a closing NUL.</summary>
internal static class LayerPath
{
    /// <summary>Far beyond any real tree, and little enough for code that holds a descriptor a level.</summary>
    internal const int MostComponents = 512;

    /// <summary>Null where <c>..</c> leads above the root.</summary>
    internal static List<byte[]>? TrySplit(ReadOnlySpan<byte> path)
    {
        List<byte[]> components = [];
        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = path[range];
            if (part.SequenceEqual(".."u8))
            {
                if (components.Count == 0)
                {
                    return null;
                }

                components.RemoveAt(components.Count - 1);
            }
            else if (!part.IsEmpty && !part.SequenceEqual("."u8))
            {
                components.Add([.. part, 0]);
            }
        }

        return components;
    }

    /// <summary>The components of an entry's own name. Refuses names that are not below the root.</summary>
    internal static List<byte[]> OfEntry(TarEntry entry)
    {
        if (entry.Name is [(byte)'/', ..])
        {
            throw entry.Refuse("an absolute name, which would lead outside the root filesystem");
        }

        return Bounded(entry, TrySplit(entry.Name), "its name leads outside the root filesystem");
    }

    /// <summary>The components of a hard link's target. A leading slash is the root filesystem's own, as some builders write it.</summary>
    internal static List<byte[]> OfTarget(TarEntry entry) =>
        Bounded(entry, TrySplit(entry.Target), $"a hard link to {TarEntry.Show(entry.Target)}, which leads outside the root filesystem");

    /// <summary>The components of a symbolic link's target, <c>..</c> among them.</summary>
    internal static List<byte[]> LinkParts(ReadOnlySpan<byte> target)
    {
        List<byte[]> parts = [];
        foreach (Range range in target.Split((byte)'/'))
        {
            if (target[range] is not ([] or [(byte)'.']))
            {
                parts.Add([.. target[range], 0]);
            }
        }

        return parts;
    }

    private static List<byte[]> Bounded(TarEntry entry, List<byte[]>? components, string outside) =>
        components is null ? throw entry.Refuse(outside)
        : components.Count > MostComponents ? throw entry.Refuse($"more than {MostComponents} directories deep")
        : components;
}
