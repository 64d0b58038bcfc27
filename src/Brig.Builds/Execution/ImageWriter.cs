using System.Text.Json;
using Brig.Builds.Cache;
using Brig.Builds.Plan;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Builds.Execution;

/// <summary>Writes the configuration of the image that a stage gives, with the history as BuildKit writes it.</summary>
internal sealed class ImageWriter(StagePlan plan, ImageConfig? below, IReadOnlyDictionary<string, string> labels)
{
    private const string Comment = "buildkit.dockerfile.v0";

    /// <summary>The key of the finished image: everything in it but times.</summary>
    internal string KeyOf(string chain)
    {
        using CacheKey key = new(chain, "image");
        return key.Add(Serialize([], [], null)).Finish();
    }

    /// <summary>The configuration; <paramref name="made"/> says when each step's layer was made, <paramref name="now"/> is for all the rest.</summary>
    internal byte[] Write(IReadOnlyList<DiffId> layers, IReadOnlyList<DateTimeOffset> made, DateTimeOffset now) => Serialize(layers, made, now);

    private byte[] Serialize(IReadOnlyList<DiffId> layers, IReadOnlyList<DateTimeOffset> made, DateTimeOffset? now)
    {
        List<History> history = [.. below?.History ?? []];
        int step = 0;
        foreach (HistoryDraft draft in plan.History)
        {
            history.Add(new History
            {
                Created = !draft.EmptyLayer && step < made.Count ? made[step++] : now,
                CreatedBy = draft.CreatedBy,
                Comment = Comment,
                EmptyLayer = draft.EmptyLayer,
            });
        }

        ImageConfig config = new()
        {
            Created = now,
            Author = plan.Author ?? below?.Author,
            Architecture = below?.Architecture ?? Platform.Host.Architecture,
            Variant = below is null ? Platform.Host.Variant : below.Variant,
            Os = below?.Os ?? Platform.Host.Os,
            Config = labels.Count == 0 ? plan.Config : plan.Config with { Labels = Labelled() },
            RootFs = new RootFilesystem { Type = "layers", DiffIds = layers },
            History = history,
        };
        return JsonSerializer.SerializeToUtf8Bytes(config, ImageJson.Documents.ImageConfig);
    }

    private SortedDictionary<string, string> Labelled()
    {
        SortedDictionary<string, string> all = new(plan.Config.Labels?.ToDictionary() ?? [], StringComparer.Ordinal);
        foreach ((string name, string value) in labels)
        {
            all[name] = value;
        }

        return all;
    }
}
