using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Containers;
using Brig.Images;
using Brig.Oci.Images;

namespace Brig.Cli.Commands.Images;

/// <summary>An image as Docker's <c>inspect</c> shows it.</summary>
internal static class ImageInspection
{
    public static JsonObject Of(Image image, Engine engine)
    {
        if (image.ArtifactType is { } type)
        {
            return Artifact(image, type, engine);
        }

        ImageConfig config = image.Config;
        JsonObject document = new()
        {
            ["Id"] = image.Id.Value,
            ["RepoTags"] = Texts(image.Tags.Select(tag => tag.Familiar)),
            ["RepoDigests"] = Texts(image.Digests.Select(digest => digest.Familiar)),
            ["Parent"] = "",
            ["Comment"] = config.History is [.., { Comment: { } comment }] ? comment : "",
            ["Created"] = Timestamps.Format(image.Created),
            ["DockerVersion"] = "",
            ["Author"] = config.Author ?? "",
            ["Config"] = Execution(config.Config ?? new ExecutionConfig()),
            ["Architecture"] = config.Architecture,
        };
        if (!string.IsNullOrEmpty(config.Variant))
        {
            document["Variant"] = config.Variant;
        }

        document["Os"] = config.Os;
        if (!string.IsNullOrEmpty(config.OsVersion))
        {
            document["OsVersion"] = config.OsVersion;
        }

        document["Size"] = image.Size;
        document["GraphDriver"] = Driver(engine.Images.LowersOf(image));
        document["RootFS"] = new JsonObject { ["Type"] = "layers", ["Layers"] = Texts(image.Layers.Select(layer => layer.ToString())) };
        document["Metadata"] = Metadata(image);
        if (engine.Images.DescriptorOf(image) is { } descriptor)
        {
            document["Descriptor"] = Describe(descriptor);
        }

        return document;
    }

    /// <summary>The members that an image has and an artifact too; then what it holds.</summary>
    private static JsonObject Artifact(Image artifact, string type, Engine engine)
    {
        JsonObject document = new()
        {
            ["Id"] = artifact.Id.Value,
            ["RepoTags"] = Texts(artifact.Tags.Select(tag => tag.Familiar)),
            ["RepoDigests"] = Texts(artifact.Digests.Select(digest => digest.Familiar)),
            ["ArtifactType"] = type,
            ["Created"] = Timestamps.Format(artifact.Created),
            ["Size"] = artifact.Size,
            ["Metadata"] = Metadata(artifact),
        };
        if (engine.Images.DescriptorOf(artifact) is { } descriptor)
        {
            document["Descriptor"] = Describe(descriptor);
        }

        document["Manifest"] = JsonNode.Parse(artifact.ConfigBytes.Span);
        return document;
    }

    private static JsonObject Metadata(Image image) => new() { ["LastTagTime"] = image.Tagged is { } tagged ? Timestamps.Format(tagged) : Timestamps.Never };

    private static JsonNode Describe(Descriptor descriptor) => JsonSerializer.SerializeToNode(descriptor, ImageJson.Documents.Descriptor)!;

    /// <summary>What is set of it; nothing that is empty.</summary>
    private static JsonObject Execution(ExecutionConfig config)
    {
        JsonObject document = JsonSerializer.SerializeToNode(config, ImageJson.Documents.ExecutionConfig)!.AsObject();
        foreach (string empty in document.Where(member => member.Value is JsonArray { Count: 0 } or JsonObject { Count: 0 }
            || (member.Value is JsonValue value && value.TryGetValue(out string? text) && text.Length == 0)).Select(member => member.Key).ToList())
        {
            document.Remove(empty);
        }

        return document;
    }

    /// <summary>The directories of the layers, topmost first.</summary>
    private static JsonObject Driver(IReadOnlyList<string> lowers)
    {
        JsonObject data = [];
        if (lowers.Count > 1)
        {
            data["LowerDir"] = string.Join(':', lowers.Skip(1));
        }

        if (lowers.Count > 0)
        {
            data["UpperDir"] = lowers[0];
        }

        return new JsonObject { ["Data"] = data, ["Name"] = "overlay2" };
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)JsonValue.Create(text))];
}
