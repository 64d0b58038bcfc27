using System.Text;
using Brig.Cli.Text;
using Brig.Images;
using Brig.Images.Indexes;

namespace Brig.Cli.Commands.Images;

/// <summary>The list of <c>images --tree</c>: an image with all its names, and below it what it is for.</summary>
internal static class ImageTree
{
    private const int Gap = 3;
    private const string Fork = "├─ ", Branch = "└─ ";
    private static readonly int[] s_widths = [12, 10, 12, 5];

    /// <param name="contentSize">An image's bytes as a registry has them.</param>
    /// <param name="isUsed">Whether a container has it.</param>
    /// <param name="members">What an image's index names, where it is here as a whole; else nothing.</param>
    public static void Write(TextWriter output, IReadOnlyList<Image> images, Func<Image, long> contentSize, Func<Image, bool> isUsed, Func<Image, IReadOnlyList<IndexMember>> members)
    {
        int names = Math.Max(5, images.SelectMany(image => Names(image).Concat(members(image).Select(member => Branch + PlatformOf(member))).Append(Branch + PlatformOf(image))).Select(DisplayWidth.Of).DefaultIfEmpty(0).Max());
        if (images.Any(isUsed))
        {
            output.Write("i Info →   U  In Use\n");
        }

        output.Write(Line(names, "IMAGE", "ID", "DISK USAGE", "CONTENT SIZE", "EXTRA"));
        for (int i = 0; i < images.Count; i++)
        {
            Image image = images[i];
            string[] facts = [Sizes.Human(image.Size, 3), Sizes.Human(contentSize(image), 3), isUsed(image) ? "U" : ""];
            string[] shown = [.. Names(image)];
            output.Write(i == 0 ? "" : "\n");
            foreach (string name in shown[..^1])
            {
                output.Write(name + "\n");
            }

            output.Write(Line(names, shown[^1], image.Id.Short, facts[0], facts[1], facts[2]));
            List<IndexMember> several = [.. members(image).Where(member => member.Image is null || member.Image.ArtifactType is null)];
            if (several.Count == 0)
            {
                output.Write(Line(names, Branch + PlatformOf(image), ManifestOf(image), facts[0], facts[1], facts[2]));
            }

            for (int j = 0; j < several.Count; j++)
            {
                IndexMember member = several[j];
                output.Write(Line(names, (j < several.Count - 1 ? Fork : Branch) + PlatformOf(member), member.Descriptor.Digest.Short,
                    Sizes.Human(member.Image?.Size ?? 0, 3), Sizes.Human(member.Image is { } here ? contentSize(here) : 0, 3), member.Image is { } one && isUsed(one) ? "U" : ""));
            }
        }
    }

    private static IEnumerable<string> Names(Image image) =>
        image.Tags.Count > 0 ? image.Tags.Select(tag => tag.Familiar) : image.Digests.Count > 0 ? image.Digests.Select(digest => digest.FamiliarName + "@" + digest.Digest!.Value.Short).Distinct() : ["<untagged>"];

    private static string PlatformOf(Image image) => image.Platform?.ToString() ?? image.ArtifactType!;

    private static string PlatformOf(IndexMember member) => member.Descriptor.Platform?.ToString() ?? (member.Image is { } image ? PlatformOf(image) : "unknown/unknown");

    private static string ManifestOf(Image image) => image.Digests.Count > 0 ? image.Digests[0].Digest!.Value.Short : image.Id.Short;

    private static string Line(int names, params ReadOnlySpan<string> cells)
    {
        StringBuilder line = new(cells[0]);
        line.Append(' ', names - DisplayWidth.Of(cells[0]));
        for (int i = 1; i < cells.Length; i++)
        {
            // Sizes stand to the right, the rest to the left.
            int room = s_widths[i - 1] - cells[i].Length;
            line.Append(' ', Gap + (i is 2 or 3 ? Math.Max(0, room) : 0)).Append(cells[i]).Append(' ', i is 2 or 3 ? 0 : Math.Max(0, room));
        }

        return line.ToString().TrimEnd() + "\n";
    }
}
