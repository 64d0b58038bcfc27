using System.Text.Json;
using Brig.Builds.Cache;
using Brig.Builds.Graph;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Builds.Execution;

/// <summary>Writes the configuration of the image that a stage gives, with the history as BuildKit writes it.</summary>
internal sealed class ImageWriter(StageNode node, StageResult result, IReadOnlyDictionary<string, string> labels, string? inlineCache = null)
{
    /// <summary>The key of the finished image: everything in it but times.</summary>
    internal string KeyOf(string times)
    {
        using CacheKey key = new(OriginTrees.IdentityOf(result.Layers), "image");
        return key.Add(times).Add(Serialize(null)).Finish();
    }

    /// <summary>The configuration; what has no time yet gets this one.</summary>
    internal byte[] Write(DateTimeOffset now) => Serialize(now);

    private byte[] Serialize(DateTimeOffset? now)
    {
        ImageConfig? below = node.BaseConfig;
        ImageConfig config = new()
        {
            Created = now,
            Author = node.Plan.Author ?? below?.Author,
            Architecture = below?.Architecture ?? node.Platform.Architecture,
            Variant = below is null ? node.Platform.Variant : below.Variant,
            Os = below?.Os ?? node.Platform.Os,
            OsVersion = below?.OsVersion,
            Config = labels.Count == 0 ? node.Plan.Config : node.Plan.Config with { Labels = Labelled() },
            RootFs = new RootFilesystem { Type = "layers", DiffIds = result.Layers },
            BuildCache = inlineCache,
            History = [.. result.History.Select(entry => now is null ? entry with { Created = null } : entry with { Created = entry.Created ?? now })],
        };
        return JsonSerializer.SerializeToUtf8Bytes(config, ImageJson.Documents.ImageConfig);
    }

    private SortedDictionary<string, string> Labelled()
    {
        SortedDictionary<string, string> all = new(node.Plan.Config.Labels?.ToDictionary() ?? [], StringComparer.Ordinal);
        foreach ((string name, string value) in labels)
        {
            all[name] = value;
        }

        return all;
    }
}
