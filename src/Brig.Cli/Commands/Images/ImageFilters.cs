using Brig.Cli.Text;
using Brig.Images;
using Brig.Oci;

namespace Brig.Cli.Commands.Images;

/// <summary>Which images a list shows: the conditions of <c>--filter</c>. Values of <c>reference</c> are alternatives, all the rest must hold.</summary>
internal sealed class ImageFilters
{
    private readonly List<string> _references = [];
    private readonly List<Func<Image, bool>> _conditions = [];
    private bool? _dangling;

    /// <param name="filters">Each <c>key=value</c>.</param>
    /// <param name="find">Finds the image that <c>before</c> or <c>since</c> names; throws NotFound.</param>
    /// <param name="time">What <c>until</c> counts from; the machine's clock where it is not given.</param>
    public ImageFilters(IEnumerable<string> filters, Func<string, Image> find, TimeProvider? time = null)
    {
        foreach (string filter in filters)
        {
            int equals = filter.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw BrigException.Invalid($"invalid argument \"{Oci.Text.Quote(filter)}\" for \"-f, --filter\" flag: bad format of filter (expected name=value)");
            }

            Add(filter[..equals].Trim().ToLowerInvariant(), filter[(equals + 1)..].Trim(), find, time ?? TimeProvider.System);
        }
    }

    /// <summary>Whether a condition says which of tagged and untagged images are wanted.</summary>
    public bool IsAboutDangling => _dangling is not null;

    /// <summary>The images that are to be shown, each with the names that are to be shown of it.</summary>
    public IEnumerable<Image> Choose(IEnumerable<Image> images)
    {
        foreach (Image image in images.Where(image => _conditions.TrueForAll(condition => condition(image)) && FitsDangling(image)))
        {
            if (_references.Count == 0)
            {
                yield return image;
                continue;
            }

            List<ImageReference> tags = [.. image.Tags.Where(Fits)], digests = [.. image.Digests.Where(Fits)];
            if (tags.Count + digests.Count > 0)
            {
                yield return new Image
                {
                    Id = image.Id, ConfigBytes = image.ConfigBytes, Tags = tags, Digests = digests, Size = image.Size, Created = image.Created, IsHidden = image.IsHidden, ArtifactType = image.ArtifactType, Tagged = image.Tagged,
                };
            }
        }
    }

    private void Add(string key, string value, Func<string, Image> find, TimeProvider time)
    {
        switch (key)
        {
            case "reference":
                _references.Add(value);
                break;
            case "dangling":
                _dangling = value switch
                {
                    "1" or "t" or "true" or "True" => true,
                    "0" or "f" or "false" or "False" => false,
                    _ => throw BrigException.Invalid($"invalid filter 'dangling=[{Oci.Text.Quote(value)}]'"),
                };
                break;
            case "label":
                _conditions.Add(image => HasLabel(image, value));
                break;
            case "label!":
                _conditions.Add(image => !HasLabel(image, value));
                break;
            case "before":
                DateTimeOffset? end = find(value).Created;
                _conditions.Add(image => image.Created < end);
                break;
            case "since":
                DateTimeOffset? start = find(value).Created;
                _conditions.Add(image => image.Created > start);
                break;
            case "until":
                DateTimeOffset limit = TimeText.Parse(value, time);
                _conditions.Add(image => image.Created < limit);
                break;
            default:
                throw BrigException.Invalid($"invalid filter '{Oci.Text.Quote(key)}'");
        }
    }

    private bool FitsDangling(Image image) =>
        _dangling is not { } wanted || (wanted ? image.Tags.Count == 0 : image.Tags.Count + image.Digests.Count > 0);

    private bool Fits(ImageReference name) => _references.Exists(pattern =>
        Glob.Matches(pattern, name.Familiar) || Glob.Matches(pattern, name.FamiliarName)
        // A name written in full means the same one.
        || (ImageReference.TryParse(pattern, out ImageReference? written) && (written == name || (written is { Tag: null, Digest: null } && written.Name == name.Name))));

    private static bool HasLabel(Image image, string wanted)
    {
        int equals = wanted.IndexOf('=', StringComparison.Ordinal);
        return image.ConfigOrNone?.Config?.Labels is { } labels && labels.TryGetValue(equals < 0 ? wanted : wanted[..equals], out string? value)
            && (equals < 0 || value == wanted[(equals + 1)..]);
    }
}
