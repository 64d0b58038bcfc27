using System.Buffers;
using Brig.Oci.Images;

namespace Brig.Oci;

/// <summary>Which manifest of an index is for a platform (image-spec image-index.md; the fall-backs are those of Docker).</summary>
public static class PlatformChoice
{
    private static readonly SearchValues<char> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>Reads <c>os[/architecture[/variant]]</c> or an architecture alone, in the names of Go or of uname.</summary>
    public static Platform Parse(string text)
    {
        string[] parts = text.ToLowerInvariant().Split('/');
        if (parts.Length > 3 || parts.Any(part => part.Length == 0 || part.AsSpan().ContainsAnyExcept(s_letters)))
        {
            throw BrigException.Invalid($"\"{Text.Quote(text)}\": invalid platform (os/architecture[/variant], e.g. linux/arm64)");
        }

        bool osOnly = parts is ["linux" or "windows" or "darwin" or "freebsd"];
        string os = parts.Length > 1 || osOnly ? parts[0] : Platform.Host.Os;
        string architecture = osOnly ? Platform.Host.Architecture : parts.Length == 1 ? parts[0] : parts[1];
        return Normalize(new Platform { Os = os, Architecture = architecture, Variant = parts.Length == 3 ? parts[2] : null });
    }

    /// <summary>The best manifest for the platform; null where there is none. Attestations (<c>unknown/unknown</c>) are never chosen.</summary>
    public static Descriptor? Choose(ImageIndex index, Platform wanted)
    {
        Platform asked = Normalize(wanted);
        List<string?> variants = Variants(asked);
        return index.Manifests
            .Where(manifest => MediaTypes.IsManifest(manifest.MediaType) && manifest.Platform is not null && !IsAttestation(manifest))
            .Select(manifest => (Manifest: manifest, Platform: Normalize(manifest.Platform!)))
            .Where(offer => offer.Platform.Os == asked.Os && offer.Platform.Architecture == asked.Architecture)
            .Select(offer => (offer.Manifest, Rank: variants.IndexOf(offer.Platform.Variant)))
            .Where(offer => offer.Rank >= 0)
            .OrderBy(offer => offer.Rank)
            .Select(offer => offer.Manifest)
            .FirstOrDefault();
    }

    /// <summary>Whether what is made for one platform is meant where another is asked for.</summary>
    public static bool Fits(Platform made, Platform asked)
    {
        (made, asked) = (Normalize(made), Normalize(asked));
        return made.Os == asked.Os && made.Architecture == asked.Architecture && Variants(asked).Contains(made.Variant);
    }

    private static bool IsAttestation(Descriptor manifest) =>
        manifest.Platform is { Os: "unknown" } || manifest.Annotations?.GetValueOrDefault("vnd.docker.reference.type") == "attestation-manifest";

    /// <summary>What runs there, the best first.</summary>
    private static List<string?> Variants(Platform asked) => (asked.Architecture, asked.Variant) switch
    {
        ("arm", "v8") => ["v8", "v7", "v6", "v5"],
        ("arm", "v6") => ["v6", "v5"],
        ("arm", "v5") => ["v5"],
        ("arm", _) => ["v7", "v6", "v5"],
        ("amd64", { } level) when level.StartsWith('v') => [.. "432".Select(number => "v" + number).Where(other => string.CompareOrdinal(other, level) <= 0), null],
        (_, null) => [null],
        (_, var variant) => [variant, null],
    };

    private static Platform Normalize(Platform platform)
    {
        string? variant = string.IsNullOrEmpty(platform.Variant) ? null : platform.Variant.ToLowerInvariant();
        string architecture = (platform.Architecture ?? "").ToLowerInvariant();
        (architecture, variant) = (architecture, variant) switch
        {
            ("x86_64" or "x86-64" or "amd64", "v1") => ("amd64", null),
            ("x86_64" or "x86-64", _) => ("amd64", variant),
            ("i386" or "i486" or "i586" or "i686", _) => ("386", null),
            ("aarch64" or "arm64", "8" or "v8" or "v8.0") => ("arm64", null),
            ("aarch64", _) => ("arm64", variant),
            ("armhf", _) => ("arm", "v7"),
            ("armel", _) => ("arm", "v6"),
            ("arm", null or "7") => ("arm", "v7"),
            ("arm", "5" or "6" or "8") => ("arm", "v" + variant),
            var same => same,
        };
        return platform with { Os = (platform.Os ?? "").ToLowerInvariant(), Architecture = architecture, Variant = variant };
    }
}
