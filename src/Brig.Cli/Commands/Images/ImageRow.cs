using System.Globalization;
using Brig.Cli.Tables;
using Brig.Cli.Text;
using Brig.Images;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

/// <summary>A line of <c>images</c>: an image under one of its names.</summary>
internal sealed record ImageRow(Image Image, string Repository, string Tag, string Digest)
{
    private const string None = "<none>";
    private const string NotKnown = "N/A";

    /// <summary>The rows of images: one for each tag, and with <paramref name="digests"/> one for each digest of a tag.</summary>
    public static IEnumerable<ImageRow> Of(IEnumerable<Image> images, bool digests) => images.SelectMany(image => Of(image, digests));

    /// <param name="whole">Shows IDs in full.</param>
    public static ListFormat<ImageRow> Format(TimeProvider time, bool whole, bool digests) => new(
        "*formatter.imageContext",
        [
            new("ID", "IMAGE ID", row => whole ? row.Image.Id.Value : row.Image.Id.Short),
            new("Repository", "REPOSITORY", row => row.Repository),
            new("Tag", "TAG", row => row.Tag),
            new("Digest", "DIGEST", row => row.Digest),
            new("CreatedSince", "CREATED", row => row.Image.Created is { } created ? HumanDuration.Ago(created, time) : NotKnown),
            new("CreatedAt", "CREATED AT", row => row.Image.Created is { } created ? created.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss '+0000 UTC'", CultureInfo.InvariantCulture) : NotKnown),
            new("Size", "SIZE", row => Sizes.Human(row.Image.Size, 3)),
            new("Containers", "CONTAINERS", _ => NotKnown),
            new("VirtualSize", "SIZE", row => Sizes.Human(row.Image.Size, 3)),
            new("SharedSize", "SHARED SIZE", _ => NotKnown),
            new("UniqueSize", "UNIQUE SIZE", _ => NotKnown),
        ],
        digests ? "{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}" : "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}",
        "{{.ID}}");

    private static IEnumerable<ImageRow> Of(Image image, bool digests)
    {
        if (image.Tags.Count + image.Digests.Count == 0)
        {
            yield return new ImageRow(image, None, None, None);
        }

        foreach (IGrouping<string, ImageReference> names in image.Tags.Concat(image.Digests).GroupBy(name => name.FamiliarName))
        {
            List<string> tags = [.. names.Select(name => name.Tag).OfType<string>()];
            List<string> sums = [.. names.Where(name => name.Digest is not null).Select(name => name.Digest.ToString()!)];
            foreach (string tag in tags.DefaultIfEmpty(None))
            {
                foreach (string digest in digests && sums.Count > 0 ? sums : [None])
                {
                    yield return new ImageRow(image, names.Key, tag, digest);
                }
            }
        }
    }
}
