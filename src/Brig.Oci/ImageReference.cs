using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Brig.Oci;

/// <summary>
/// A name for an image as people type it (<c>debian</c>, <c>ghcr.io/a/b:1</c>, <c>a@sha256:…</c>), normalised:
/// a first part without <c>.</c>, <c>:</c> or <c>localhost</c> belongs to <c>docker.io</c>, and a single part to its <c>library/</c>.
/// Grammar: distribution-spec "Pulling manifests" and Docker's reference grammar.
/// </summary>
public sealed partial record ImageReference
{
    private const string DefaultRegistry = "docker.io";

    private ImageReference(string registry, string repository, string? tag, Digest? digest) =>
        (Registry, Repository, Tag, Digest) = (registry, repository, tag, digest);

    /// <summary>Host and optional port, e.g. <c>docker.io</c> or <c>localhost:5000</c>.</summary>
    public string Registry { get; }

    /// <summary>The path below the registry, e.g. <c>library/debian</c>.</summary>
    public string Repository { get; }

    public string? Tag { get; }

    /// <summary>Where it is set it decides, and the tag is not looked up.</summary>
    public Digest? Digest { get; }

    /// <summary>Registry and repository in full: the key under which tags are stored.</summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>The name as people write it: without <c>docker.io/</c> and <c>library/</c>.</summary>
    public string FamiliarName => Registry != DefaultRegistry || (Repository.Split('/') is [var first, _, ..] && IsRegistry(first)) ? Name
        : Repository.StartsWith("library/", StringComparison.Ordinal) && Repository.IndexOf('/', 8) < 0 ? Repository[8..]
        : Repository;

    /// <summary>The familiar name with tag and digest.</summary>
    public string Familiar => FamiliarName + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    /// <summary>This reference with <c>latest</c> where it has neither tag nor digest.</summary>
    public ImageReference WithDefaultTag() => Tag is null && Digest is null ? new(Registry, Repository, "latest", null) : this;

    public ImageReference WithTag(string tag) => new(Registry, Repository, tag, null);

    public ImageReference WithDigest(Digest digest) => new(Registry, Repository, null, digest);

    public static ImageReference Parse(string text)
    {
        if (TryParse(text, out ImageReference? reference))
        {
            return reference;
        }

        throw BrigException.Invalid(
            IdentifierGrammar().IsMatch(text) ? $"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings"
            : text.AsSpan().ContainsAnyInRange('A', 'Z') && TryParse(text.ToLowerInvariant(), out ImageReference? lower) ? $"invalid reference format: repository name ({Written(text, lower)}) must be lowercase"
            : $"invalid reference format: \"{Text.Quote(text)}\"");
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        if (text.Length is 0 or > 600 || IdentifierGrammar().IsMatch(text))
        {
            return false;
        }

        Match match = Grammar().Match(text);
        if (!match.Success)
        {
            return false;
        }

        Digest? digest = null;
        if (match.Groups["digest"] is { Success: true } written)
        {
            if (!Oci.Digest.TryParse(written.Value, out Digest parsed))
            {
                return false;
            }

            digest = parsed;
        }

        string name = match.Groups["name"].Value;
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? "" : name[..slash];
        bool hasRegistry = IsRegistry(first);
        string registry = hasRegistry ? first : DefaultRegistry;
        string repository = hasRegistry ? name[(slash + 1)..] : name;
        if (registry == "index.docker.io")
        {
            registry = DefaultRegistry;
        }

        if (registry == DefaultRegistry && !repository.Contains('/', StringComparison.Ordinal))
        {
            repository = "library/" + repository;
        }

        if (repository.Length > 255 || !RepositoryGrammar().IsMatch(repository) || (hasRegistry && !HostGrammar().IsMatch(registry)))
        {
            return false;
        }

        reference = new(registry, repository, match.Groups["tag"] is { Success: true } tag ? tag.Value : null, digest);
        return true;
    }

    public override string ToString() => Familiar;

    /// <summary>The repository of a name in the letters in which it was written.</summary>
    private static string Written(string text, ImageReference lower)
    {
        int at = text.IndexOf(lower.Repository, StringComparison.OrdinalIgnoreCase);
        return Text.Quote(at >= 0 ? text.Substring(at, lower.Repository.Length) : "library/" + text[..Math.Min(text.Length, lower.Repository.Length - 8)]);
    }

    private static bool IsRegistry(string part) => part.AsSpan().ContainsAny('.', ':') || part == "localhost" || part.AsSpan().ContainsAnyInRange('A', 'Z');

    [GeneratedRegex(@"^(?<name>(?:(?:[a-zA-Z0-9.-]+|\[[0-9a-fA-F:]+\])(?::[0-9]+)?/)?[a-z0-9._/-]+)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>[a-z0-9]+:[0-9a-f]+))?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();

    [GeneratedRegex(@"^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostGrammar();

    /// <summary>Would be taken for an ID.</summary>
    [GeneratedRegex(@"^[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdentifierGrammar();

    [GeneratedRegex(@"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex RepositoryGrammar();
}
