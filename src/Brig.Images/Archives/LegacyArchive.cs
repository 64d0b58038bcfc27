using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Images.Content;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Archives;

/// <summary>
/// An archive as Docker wrote it before 1.10: <c>repositories</c> names the top layer of each tag, each layer is a folder with its <c>json</c>
/// and <c>layer.tar</c>, and names its parent. The configuration that a newer one would have is made of the top layer's.
/// </summary>
internal sealed class LegacyArchive(TarIndex index)
{
    private const int MostLayers = 127;

    internal List<ArchivedGroup> Images(byte[] repositories)
    {
        Dictionary<string, ArchivedGroup> images = [];
        foreach ((string name, JsonNode? tags) in Object(repositories, "repositories"))
        {
            foreach ((string tag, JsonNode? top) in tags as JsonObject ?? throw Damaged("repositories", null))
            {
                string id = top?.GetValueKind() == JsonValueKind.String ? top.GetValue<string>() : throw Damaged("repositories", null);
                if (!images.TryGetValue(id, out ArchivedGroup? image))
                {
                    images[id] = image = Read(id);
                }

                image.Tags.Add(ImageReference.Parse(name).WithTag(tag));
            }
        }

        return [.. images.Values];
    }

    private ArchivedGroup Read(string top)
    {
        List<(string Id, JsonObject Document)> chain = [];
        for (string? id = top; id is { Length: > 0 }; id = Text(chain[^1].Document, "parent"))
        {
            if (chain.Count == MostLayers || id.Contains('/', StringComparison.Ordinal))
            {
                throw BrigException.Invalid(chain.Count == MostLayers ? $"archive: more than {MostLayers} layers" : $"archive: {Oci.Text.Quote(id)} is no layer's name");
            }

            string name = $"{id}/json";
            chain.Add((id, Object(index.Document(name, ImageDocuments.ConfigLimit) ?? throw BrigException.Invalid($"archive: {Oci.Text.Quote(name)} is missing"), name)));
        }

        chain.Reverse();
        List<string> layers = [.. chain.Select(layer => $"{layer.Id}/layer.tar")];
        return new ArchivedGroup([new ArchivedImage(Describe(chain, layers), layers, null)], null, []);
    }

    /// <summary>What the top layer says, without what names layers, and with what the layers are.</summary>
    private byte[] Describe(List<(string Id, JsonObject Document)> chain, List<string> layers)
    {
        JsonObject config = chain[^1].Document.DeepClone().AsObject();
        foreach (string legacy in (ReadOnlySpan<string>)["id", "parent", "parent_id", "layer_id", "Size", "throwaway"])
        {
            config.Remove(legacy);
        }

        config["architecture"] ??= Platform.Host.Architecture;
        config["os"] ??= Platform.Host.Os;
        config["history"] = new JsonArray([.. chain.Select(layer => (JsonNode)History(layer.Document))]);
        config["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. layers.Select(layer => (JsonNode)JsonValue.Create(DiffIdOf(layer)))]) };
        using MemoryStream content = new();
        using (Utf8JsonWriter writer = new(content))
        {
            config.WriteTo(writer);
        }

        return content.ToArray();
    }

    private static JsonObject History(JsonObject layer)
    {
        JsonObject step = [];
        if (Text(layer, "created") is { } created)
        {
            step["created"] = created;
        }

        if (layer["container_config"] is JsonObject { } container && container["Cmd"] is JsonArray command)
        {
            step["created_by"] = string.Join(' ', command.Select(word => word?.ToString()));
        }

        return step;
    }

    private string DiffIdOf(string layer)
    {
        using Stream content = Compression.Open(index.Open(layer));
        return Digest.FromSha256(SHA256.HashData(content)).Value;
    }

    private static string? Text(JsonObject document, string name) => document[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static JsonObject Object(byte[] document, string name)
    {
        try
        {
            return JsonNode.Parse(document, documentOptions: new JsonDocumentOptions { MaxDepth = 32 }) as JsonObject ?? throw Damaged(name, null);
        }
        catch (JsonException error)
        {
            throw Damaged(name, error);
        }
    }

    private static BrigException Damaged(string name, Exception? cause) => BrigException.Invalid($"archive: {Oci.Text.Quote(name)} is not JSON of a Docker archive", cause);
}
