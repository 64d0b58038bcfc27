using System.Text.Json;

namespace Brig.Oci.Runtime;

/// <summary>Reads the documents of the runtime specification. What is wrong with one is told with the field's place, e.g. <c>mounts[2].options[0]: must be a string</c>.</summary>
public static class SpecDocuments
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 32 };

    /// <summary>A container's configuration.</summary>
    /// <param name="document">What it is called in errors, e.g. <c>config.json</c>.</param>
    public static RuntimeSpec Configuration(JsonElement json, string document) => Read(json, document, RuntimeSpec.Read);

    /// <summary>A further process of a container.</summary>
    public static ProcessSpec Process(JsonElement json, string document) => Read(json, document, ProcessSpec.Read);

    /// <summary>The limits that an update changes.</summary>
    public static ResourcesSpec Resources(JsonElement json, string document) => Read(json, document, ResourcesSpec.Read);

    /// <summary>The part of a configuration with the programs to call.</summary>
    public static HooksSpec Hooks(JsonElement json, string document) => Read(json, document, HooksSpec.Read);

    /// <summary>The document as it is, nothing in it looked at yet.</summary>
    public static JsonElement Parse(byte[] json, string document)
    {
        try
        {
            return JsonElement.Parse(json, s_options);
        }
        catch (JsonException error)
        {
            throw BrigException.Invalid($"{document}: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static T Read<T>(JsonElement json, string document, Func<SpecNode, T> read)
    {
        try
        {
            return read(new SpecNode(json).OfKind(JsonValueKind.Object, "an object"));
        }
        catch (BrigException error)
        {
            throw BrigException.Invalid($"{document}: {error.Message}", error);
        }
    }
}
