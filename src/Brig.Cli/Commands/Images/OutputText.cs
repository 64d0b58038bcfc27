using System.Globalization;
using Brig.Builds.Exports;
using Brig.Cli.Flags;
using Brig.Images.Bundles;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.Commands.Images;

/// <summary>Reads <c>--output</c>: a directory, <c>-</c> for a tar on standard output, or <c>type=…,dest=…</c>.</summary>
internal static class OutputText
{
    public static BuildOutput Parse(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            return text == "-" ? Written(new BuildOutput { Kind = BuildOutputKind.Tar }, "-") : new BuildOutput { Kind = BuildOutputKind.Local, Destination = Path.GetFullPath(text) };
        }

        if (!CommaSeparated.TrySplit(text, out List<string> fields, out string error))
        {
            throw BrigException.Invalid($"--output {Oci.Text.Quote(text)}: {error}");
        }

        Dictionary<string, string> values = [];
        foreach (string[] pair in fields.Select(field => field.Split('=', 2)))
        {
            values[pair[0].Trim().ToLowerInvariant()] = pair.Length > 1 ? pair[1] : throw BrigException.Invalid($"invalid value {Oci.Text.Quote(pair[0])}");
        }

        string type = values.GetValueOrDefault("type", "");
        string? destination = values.GetValueOrDefault("dest");
        BuildOutput output = new() { Kind = KindOf(type, destination), Names = NamesOf(values), Push = values.GetValueOrDefault("push") == "true", Bundle = BundleOf(values) };
        switch (output.Kind)
        {
            case BuildOutputKind.Local:
                return output with
                {
                    Destination = Path.GetFullPath(destination ?? throw BrigException.Invalid("output directory is required for local exporter")),
                    SplitPlatforms = values.TryGetValue("platform-split", out string? split) ? split == "true" : null,
                };
            case BuildOutputKind.Oci or BuildOutputKind.Docker or BuildOutputKind.Tar:
                bool isFolder = values.GetValueOrDefault("tar") == "false";
                return isFolder
                    ? output with { IsFolder = true, Destination = Path.GetFullPath(destination ?? throw BrigException.Invalid("tar=false needs dest=DIRECTORY")) }
                    : Written(output, destination ?? "-");
            default:
                return output;
        }
    }

    private static BuildOutputKind KindOf(string type, string? destination) => type switch
    {
        "local" => BuildOutputKind.Local,
        "tar" => BuildOutputKind.Tar,
        "oci" => BuildOutputKind.Oci,
        "docker" => destination is null ? BuildOutputKind.Image : BuildOutputKind.Docker,
        "image" => BuildOutputKind.Image,
        "registry" => BuildOutputKind.Registry,
        "cacheonly" => BuildOutputKind.CacheOnly,
        "" => throw BrigException.Invalid("type is required for output"),
        _ => throw BrigException.Invalid($"exporter \"{Oci.Text.Quote(type)}\" could not be found (image, local, tar, oci, docker, registry)"),
    };

    private static BuildOutput Written(BuildOutput output, string destination)
    {
        if (destination != "-")
        {
            return output with { Destination = Path.GetFullPath(destination) };
        }

        return Terminal.IsTerminal(1)
            ? throw BrigException.Invalid("dest file is required, refusing to write to a terminal (dest=FILE)")
            : output with { Open = () => new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, 64 << 10) };
    }

    private static List<ImageReference> NamesOf(Dictionary<string, string> values) =>
        [.. values.GetValueOrDefault("name", "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => ImageReference.Parse(name).WithDefaultTag())];

    private static BundleOptions BundleOf(Dictionary<string, string> values)
    {
        Dictionary<string, string> manifest = [], index = [];
        foreach ((string key, string value) in values)
        {
            foreach ((string prefix, Dictionary<string, string> into) in (ReadOnlySpan<(string, Dictionary<string, string>)>)[("annotation.", manifest), ("annotation-manifest.", manifest), ("annotation-index.", index)])
            {
                if (key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    into[key[prefix.Length..]] = value;
                }
            }
        }

        return new BundleOptions
        {
            Compression = values.GetValueOrDefault("compression") switch
            {
                null or "gzip" => BundleCompression.Gzip,
                "zstd" => BundleCompression.Zstd,
                "uncompressed" => BundleCompression.None,
                var other => throw BrigException.Unsupported($"compression {Oci.Text.Quote(other)} is not supported (gzip, zstd or uncompressed)"),
            },
            Level = values.TryGetValue("compression-level", out string? level)
                ? int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= 22 ? number : throw BrigException.Invalid($"invalid compression-level: {Oci.Text.Quote(level)}")
                : null,
            ForceCompression = values.GetValueOrDefault("force-compression") == "true",
            DockerTypes = values.GetValueOrDefault("oci-mediatypes") == "false",
            Annotations = manifest,
            IndexAnnotations = index,
        };
    }
}
