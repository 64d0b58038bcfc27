using System.Diagnostics.CodeAnalysis;
using Brig.Oci;

namespace Brig.Images.Registry.Configuration;

/// <summary>
/// What the user says of registries (man 5 containers-registries.conf): mirrors, other places, which ones need no certificate and which
/// are forbidden, and what short names mean. Without any file all names mean what Docker means by them.
/// </summary>
public sealed class RegistryConfiguration
{
    private readonly IReadOnlyList<RegistryTable> _tables;
    private readonly IReadOnlyDictionary<string, string> _aliases;
    private readonly IReadOnlyList<string> _search;

    internal RegistryConfiguration(IReadOnlyList<RegistryTable> tables, IReadOnlyDictionary<string, string> aliases, IReadOnlyList<string> search) =>
        (_tables, _aliases, _search) = (tables, aliases, search);

    /// <summary>Nothing is said.</summary>
    public static RegistryConfiguration Empty { get; } = new([], new Dictionary<string, string>(), []);

    /// <summary>
    /// The images that a name may mean, the likeliest first: one where the name has a registry; the alias's, or one for each
    /// registry to be searched, where it has none.
    /// </summary>
    public IReadOnlyList<ImageReference> Candidates(string name)
    {
        ImageReference plain = ImageReference.Parse(name);
        if (!IsShort(name, plain, out string? bare))
        {
            return [plain];
        }

        string rest = name[bare.Length..];
        if (_aliases.TryGetValue(bare, out string? target))
        {
            return [ImageReference.Parse(target + rest)];
        }

        return _search.Count == 0 ? [plain] : [.. _search.Select(registry => ImageReference.Parse($"{registry}/{name}"))];
    }

    /// <summary>Where to get an image, in order: the mirrors that are meant for such a name, then the registry itself.</summary>
    internal IReadOnlyList<RegistrySource> SourcesOf(ImageReference reference)
    {
        (RegistryTable? table, int covered) = Find(reference);
        if (table is null)
        {
            return [new RegistrySource(reference, RegistryTrust.Certificate)];
        }

        IEnumerable<MirrorTable> mirrors = (table.Mirrors ?? []).Where(mirror => IsFor(mirror, table, reference));
        return [.. mirrors.Select(mirror => Source(reference, covered, mirror.Location!, mirror.Insecure)), Source(reference, covered, table.Location, table.Insecure)];
    }

    /// <summary>Where to send an image.</summary>
    internal RegistrySource TargetOf(ImageReference reference)
    {
        (RegistryTable? table, int covered) = Find(reference);
        return table is null ? new RegistrySource(reference, RegistryTrust.Certificate) : Source(reference, covered, table.Location, table.Insecure);
    }

    /// <summary>What a registry has to prove that is spoken to without an image (login, search).</summary>
    internal RegistryTrust TrustOf(string registry) =>
        _tables.Any(table => table.Insecure && NamePrefix.Match(table.Prefix!, registry) is not null) ? RegistryTrust.None : RegistryTrust.Certificate;

    private (RegistryTable? Table, int Covered) Find(ImageReference reference)
    {
        string name = Whole(reference);
        RegistryTable? best = null;
        int covered = 0;
        foreach (RegistryTable table in _tables)
        {
            if (NamePrefix.Match(table.Prefix!, name) is { } length && (best is null || table.Prefix!.Length > best.Prefix!.Length))
            {
                (best, covered) = (table, length);
            }
        }

        return best is not { Blocked: true } ? (best, covered)
            : throw new BrigException(ErrorKind.PermissionDenied, $"{reference}: registry {best.Prefix} is blocked in registries.conf");
    }

    private static bool IsFor(MirrorTable mirror, RegistryTable table, ImageReference reference) => mirror.PullFromMirror switch
    {
        "digest-only" => reference.Digest is not null,
        "tag-only" => reference.Digest is null,
        _ => !table.MirrorByDigestOnly || reference.Digest is not null,
    };

    private static RegistrySource Source(ImageReference reference, int covered, string? location, bool insecure) =>
        new(string.IsNullOrEmpty(location) ? reference : ImageReference.Parse(location + Whole(reference)[covered..]), insecure ? RegistryTrust.None : RegistryTrust.Certificate);

    private static string Whole(ImageReference reference) =>
        reference.Name + (reference.Tag is null ? "" : ":" + reference.Tag) + (reference.Digest is null ? "" : "@" + reference.Digest);

    /// <summary>Whether a name was written without a registry; gives it without tag and digest.</summary>
    private static bool IsShort(string name, ImageReference plain, [NotNullWhen(true)] out string? bare)
    {
        bare = plain.Registry != "docker.io" ? null
            : name == plain.Repository || name.StartsWith(plain.Repository, StringComparison.Ordinal) ? plain.Repository
            : plain.Repository.StartsWith("library/", StringComparison.Ordinal) && name.StartsWith(plain.Repository[8..], StringComparison.Ordinal) ? plain.Repository[8..]
            : null;
        return bare is not null;
    }
}
