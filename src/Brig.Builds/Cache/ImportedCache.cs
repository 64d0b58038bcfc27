using System.Text.Json;
using Brig.Images;
using Brig.Images.Bundles;
using Brig.Images.Content;
using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Builds.Cache;

/// <summary>Results of other builds, from registries, images and directories; a layer is fetched when a step has its key. Safe to call from several threads.</summary>
internal sealed class ImportedCache(ContentLease lease, BuildJournal journal)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Artifact Artifact, CacheDocument Document, CacheDocumentEntry Entry)> _entries = [];
    private readonly Dictionary<DiffId, Task> _fetching = [];

    /// <summary>Reads what a source has; one that is not there is told and passed over.</summary>
    internal async Task AddAsync(CacheSource source, ImageStore images, Registries? registries, Platform platform, CancellationToken token)
    {
        BuildJournal.Entry step = journal.Begin($"importing cache manifest from {source.Reference ?? source.Folder}");
        try
        {
            ArtifactReader reader = new(images);
            Artifact? artifact = source.Folder is not null ? reader.Open(source.Folder)
                : registries is null ? null
                : await reader.OpenAsync(registries, ImageReference.Parse(source.Reference!), platform, token);
            if (artifact is null || Parse(artifact) is not { } document)
            {
                step.Failed("no cache there");
                return;
            }

            foreach (CacheDocumentEntry entry in document.Entries.Where(entry => entry.Layer >= 0 && entry.Layer < Math.Min(artifact.LayerCount, document.Layers.Count)))
            {
                _entries.TryAdd(entry.Key, (artifact, document, entry));
            }

            step.Done();
        }
        catch (BrigException error)
        {
            step.Failed(error.Message);
            journal.Warn($"cache of {source.Reference ?? source.Folder}: {error.Message}");
        }
    }

    /// <summary>The result under a key, its layer brought here; null where no source has it.</summary>
    internal async Task<(DiffId Layer, CacheDocumentEntry Entry)?> FindAsync(string key, IProgress<TransferProgress> progress, CancellationToken token)
    {
        if (!_entries.TryGetValue(key, out (Artifact Artifact, CacheDocument Document, CacheDocumentEntry Entry) found))
        {
            return null;
        }

        DiffId layer = found.Document.Layers[found.Entry.Layer];
        Task fetching;
        lock (_lock)
        {
            if (!_fetching.TryGetValue(layer, out fetching!))
            {
                fetching = _fetching[layer] = found.Artifact.FetchAsync(found.Entry.Layer, layer, lease, progress, token);
            }
        }

        try
        {
            await fetching;
            return (layer, found.Entry);
        }
        catch (BrigException error)
        {
            journal.Warn($"a layer of an imported cache could not be fetched: {error.Message}");
            return null;
        }
    }

    private static CacheDocument? Parse(Artifact artifact)
    {
        try
        {
            if (artifact.ConfigType == CacheDocument.MediaType)
            {
                return JsonSerializer.Deserialize(artifact.Config.Span, BuildsJson.Default.CacheDocument);
            }

            return ImageDocuments.ParseConfig(artifact.Config.Span).BuildCache is { } inline ? JsonSerializer.Deserialize(inline, BuildsJson.Default.CacheDocument) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
