using System.Text.Json;
using Brig.Builds.Cache;
using Brig.Images;
using Brig.Images.Content;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Builds.Execution;

/// <summary>The build cache as one build uses it: what it finds is held by the build's lease. Safe to call from several threads.</summary>
internal sealed class StepCache(BuildCache cache, ContentLease lease, Platform platform)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _keys = [];

    /// <summary>The keys that were found or stored.</summary>
    internal IReadOnlyCollection<string> Keys
    {
        get
        {
            lock (_lock)
            {
                return [.. _keys];
            }
        }
    }

    /// <summary>The image that is under a key already; used now where it is.</summary>
    internal Image? Hit(string key)
    {
        if (cache.Find(key) is not { } image)
        {
            return null;
        }

        lease.Hold(image.Layers);
        if (cache.Find(key)?.Id != image.Id)
        {
            return null; // taken back before it was held
        }

        Note(key);
        return image;
    }

    /// <summary>Stores the state after a step: its layers, lowest first, and what an image would say that ended there.</summary>
    internal void Keep(string key, IReadOnlyList<DiffId> layers, ExecutionConfig config, DateTimeOffset made, string kind, string description)
    {
        ImageConfig image = new()
        {
            Created = made,
            Os = platform.Os,
            Architecture = platform.Architecture,
            Variant = platform.Variant,
            Config = config,
            RootFs = new RootFilesystem { Type = "layers", DiffIds = layers },
        };
        Keep(key, JsonSerializer.SerializeToUtf8Bytes(image, ImageJson.Documents.ImageConfig), kind, description);
    }

    internal void Keep(string key, ReadOnlyMemory<byte> config, string kind, string description)
    {
        cache.Put(key, config, kind, description);
        Note(key);
    }

    private void Note(string key)
    {
        lock (_lock)
        {
            _keys.Add(key);
        }
    }
}
