using System.Text.Json;
using Brig.Builds.Graph;
using Brig.Images;
using Brig.Images.Bundles;
using Brig.Images.Content;
using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Builds.Cache;

/// <summary>Writes the results of a build's steps where other machines find them.</summary>
internal sealed class CacheExporter(ImageStore images, ContentLease lease, Registries? registries, BuildJournal journal, CancellationToken token)
{
    /// <param name="destination">Where to.</param>
    /// <param name="traces">The steps of the build.</param>
    /// <param name="target">The stage that was asked for.</param>
    internal async Task WriteAsync(CacheSource destination, IReadOnlyList<StepTrace> traces, StageNode target)
    {
        BuildJournal.Entry step = journal.Begin($"exporting cache to {destination.Type}");
        try
        {
            CacheDocument document = Document(traces, destination.AllStages ? null : target);
            byte[] content = JsonSerializer.SerializeToUtf8Bytes(document, BuildsJson.Default.CacheDocument);
            using ImageBundle bundle = new BundleMaker(images).MakeArtifact(content, CacheDocument.MediaType, document.Layers, new BundleOptions { Compression = destination.Compression }, lease, token);
            if (destination.Folder is { } folder)
            {
                BundleFiles.WriteFolder(bundle, [], folder, token);
            }
            else
            {
                Registries reached = registries ?? throw BrigException.Unsupported("nothing is set up to push with");
                await new BundlePusher(images, reached).PushAsync(bundle, ImageReference.Parse(destination.Reference!), step, token);
            }

            step.Say($"{document.Entries.Count} steps, {document.Layers.Count} layers");
            step.Done();
        }
        catch (BrigException error) when (destination.IgnoreErrors)
        {
            step.Failed(error.Message);
            journal.Warn($"cache to {destination.Reference ?? destination.Folder}: {error.Message}");
        }
        catch (BrigException error)
        {
            step.Failed(error.Message);
            throw;
        }
    }

    /// <summary>What an image carries of its own steps: its layers are where they are anyway.</summary>
    internal static string Inline(IReadOnlyList<StepTrace> traces, IReadOnlyList<DiffId> layers)
    {
        List<CacheDocumentEntry> entries = [];
        foreach (StepTrace trace in traces)
        {
            int place = layers.ToList().IndexOf(trace.Layer);
            if (place >= 0)
            {
                entries.AddRange(Entries(trace, place));
            }
        }

        return JsonSerializer.Serialize(new CacheDocument { Layers = layers, Entries = [.. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).DistinctBy(entry => entry.Key)] }, BuildsJson.Default.CacheDocument);
    }

    private static CacheDocument Document(IReadOnlyList<StepTrace> traces, StageNode? only)
    {
        HashSet<StageNode>? chain = only is null ? null : [.. Chain(only)];
        List<StepTrace> chosen = [.. traces.Where(trace => chain?.Contains(trace.Stage) ?? true).OrderBy(trace => trace.Keys.First(), StringComparer.Ordinal)];
        List<DiffId> layers = [.. chosen.Select(trace => trace.Layer).Distinct()];
        return new CacheDocument
        {
            Layers = layers,
            Entries = [.. chosen.SelectMany(trace => Entries(trace, layers.IndexOf(trace.Layer))).OrderBy(entry => entry.Key, StringComparer.Ordinal).DistinctBy(entry => entry.Key)],
        };
    }

    // The stage and those that it stands on: what the result's layers come from.
    private static IEnumerable<StageNode> Chain(StageNode stage)
    {
        for (StageNode? at = stage; at is not null; at = (at.Base as Origin.OfStage)?.Stage)
        {
            yield return at;
        }
    }

    private static IEnumerable<CacheDocumentEntry> Entries(StepTrace trace, int layer) => trace.Keys.Select(key => new CacheDocumentEntry
    {
        Key = key,
        Layer = layer,
        Kind = GraphExecution.KindOf(trace.Step),
        Description = trace.Step.Instruction.Text,
        Time = trace.Moment.Seconds,
        Config = trace.Step.Config,
    });
}
