using Brig.Images;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Verification;

/// <summary>Says in what two images differ: which file of which layer, and how.</summary>
public sealed class ImageComparison(ImageStore images)
{
    private const int Most = 200;

    /// <summary>One line for each difference, at most so many; empty where the images are the same.</summary>
    public IReadOnlyList<string> Compare(Image expected, Image built)
    {
        List<string> differences = [];
        if (expected.Layers.Count != built.Layers.Count)
        {
            differences.Add($"layers: {expected.Layers.Count} expected, {built.Layers.Count} built");
        }

        for (int i = 0; i < Math.Min(expected.Layers.Count, built.Layers.Count); i++)
        {
            if (expected.Layers[i] != built.Layers[i])
            {
                string step = StepOf(built, i);
                int before = differences.Count;
                using SafeFileHandle one = Open(expected, i), other = Open(built, i);
                Walk(one, other, "", $"layer {i + 1}{step}", differences);
                if (differences.Count == before)
                {
                    differences.Add($"layer {i + 1}{step}: the directory / itself");
                }
            }
        }

        if (differences.Count == 0 && expected.Id != built.Id)
        {
            differences.Add("the configuration: labels, environment, times or history");
        }

        return differences;
    }

    private SafeFileHandle Open(Image image, int layer) => Files.Open(images.Layers.PathOf(image.Layers[layer]), OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);

    private static string StepOf(Image image, int layer) =>
        (image.Config.History ?? []).Where(entry => !entry.EmptyLayer).ElementAtOrDefault(layer)?.CreatedBy is { } step ? $" ({(step.Length > 60 ? step[..60] + "…" : step)})" : "";

    private static void Walk(SafeFileHandle one, SafeFileHandle other, string path, string where, List<string> differences)
    {
        HashSet<string> mine = Names(one), theirs = Names(other);
        foreach (string name in mine.Union(theirs).Order(StringComparer.Ordinal))
        {
            if (differences.Count >= Most)
            {
                return;
            }

            string shown = $"{path}/{name}";
            if (!theirs.Contains(name) || !mine.Contains(name))
            {
                differences.Add($"{where}: {shown}: {(mine.Contains(name) ? "not built" : "not expected")}");
                continue;
            }

            FileStatus a = Files.TryStat(one, name)!.Value, b = Files.TryStat(other, name)!.Value;
            List<string> ways = [];
            Note(ways, a.Type != b.Type, "type");
            Note(ways, a.Permissions != b.Permissions, $"mode {Convert.ToString(a.Permissions, 8)} and {Convert.ToString(b.Permissions, 8)}");
            Note(ways, a.Uid != b.Uid || a.Gid != b.Gid, $"owner {a.Uid}:{a.Gid} and {b.Uid}:{b.Gid}");
            Note(ways, a.ModifiedNanoseconds != b.ModifiedNanoseconds, $"time {Shown(a)} and {Shown(b)}");
            if (a.Type == b.Type)
            {
                Note(ways, a.Type == FileType.Regular && !SameContent(one, other, name, a, b), a.Size == b.Size ? "content" : $"size {a.Size} and {b.Size}");
                Note(ways, a.Type == FileType.SymbolicLink && Files.ReadLink(one, name) != Files.ReadLink(other, name), "target");
            }

            if (ways.Count > 0)
            {
                differences.Add($"{where}: {shown}: {string.Join(", ", ways)}");
            }

            if (a.IsDirectory && b.IsDirectory)
            {
                using SafeFileHandle inner = Files.OpenAt(one, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW);
                using SafeFileHandle otherInner = Files.OpenAt(other, name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW);
                Walk(inner, otherInner, shown, where, differences);
            }
        }
    }

    private static void Note(List<string> ways, bool differs, string way)
    {
        if (differs)
        {
            ways.Add(way);
        }
    }

    private static string Shown(FileStatus status) => DateTimeOffset.UnixEpoch.AddTicks(status.ModifiedNanoseconds / 100).ToString("yyyy-MM-ddTHH:mm:ss.fffffff", System.Globalization.CultureInfo.InvariantCulture);

    private static bool SameContent(SafeFileHandle one, SafeFileHandle other, string name, FileStatus a, FileStatus b)
    {
        if (a.Size != b.Size)
        {
            return false;
        }

        using SafeFileHandle file = Files.OpenAt(one, name, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW), otherFile = Files.OpenAt(other, name, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW);
        byte[] left = new byte[128 << 10], right = new byte[left.Length];
        for (long at = 0; at < a.Size;)
        {
            int got = RandomAccess.Read(file, left, at);
            if (got <= 0 || RandomAccess.Read(otherFile, right.AsSpan(0, got), at) != got || !left.AsSpan(0, got).SequenceEqual(right.AsSpan(0, got)))
            {
                return false;
            }

            at += got;
        }

        return true;
    }

    private static HashSet<string> Names(SafeFileHandle directory) => [.. Trees.Entries(directory).Select(entry => System.Text.Encoding.UTF8.GetString(entry.AsSpan(0, entry.Length - 1)))];
}
