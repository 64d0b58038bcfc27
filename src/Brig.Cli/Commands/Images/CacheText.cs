using Brig.Builds.Cache;
using Brig.Cli.Flags;
using Brig.Images.Bundles;

namespace Brig.Cli.Commands.Images;

/// <summary>Reads <c>--cache-from</c> and <c>--cache-to</c>: an image's name, or <c>type=registry|inline|local,…</c>.</summary>
internal static class CacheText
{
    /// <summary>Null for what needs nothing: a cache that is always read.</summary>
    public static CacheSource? Parse(string text, bool isTarget)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            return new CacheSource { Type = "registry", Reference = Checked(text) };
        }

        if (!CommaSeparated.TrySplit(text, out List<string> fields, out string error))
        {
            throw BrigException.Invalid($"cache {Oci.Text.Quote(text)}: {error}");
        }

        Dictionary<string, string> values = [];
        foreach (string[] pair in fields.Select(field => field.Split('=', 2)))
        {
            values[pair[0].Trim().ToLowerInvariant()] = pair.Length > 1 ? pair[1] : throw BrigException.Invalid($"invalid value {Oci.Text.Quote(pair[0])}");
        }

        string type = values.GetValueOrDefault("type", "registry");
        CacheSource source = new()
        {
            Type = type,
            AllStages = values.GetValueOrDefault("mode") == "max",
            IgnoreErrors = values.GetValueOrDefault("ignore-error") == "true",
            Compression = values.GetValueOrDefault("compression") switch { "zstd" => BundleCompression.Zstd, "uncompressed" => BundleCompression.None, _ => BundleCompression.Gzip },
        };
        return type switch
        {
            "registry" => source with { Reference = Checked(values.GetValueOrDefault("ref") ?? throw Missing(text, "ref")) },
            "inline" => isTarget ? source : values.TryGetValue("ref", out string? named) ? source with { Type = "registry", Reference = Checked(named) } : throw Missing(text, "ref"),
            "local" => source with { Folder = Path.GetFullPath(values.GetValueOrDefault(isTarget ? "dest" : "src") ?? throw Missing(text, isTarget ? "dest" : "src")) },
            _ => throw BrigException.Unsupported($"cache type {Oci.Text.Quote(type)} is not supported (registry, inline or local)"),
        };
    }

    private static string Checked(string name) => Oci.ImageReference.Parse(name).WithDefaultTag().Familiar;

    private static BrigException Missing(string text, string key) => BrigException.Invalid($"cache {Oci.Text.Quote(text)}: {key} is missing");
}
