using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brig.Linux;
using Brig.Oci;

namespace Brig.Images.Registry.Credentials;

/// <summary>
/// Docker's <c>config.json</c>, read when first asked and written back with everything in it that Brig does not know. Only the user may read it
/// once Brig has made it; a reader sees the old file or the new one.
/// </summary>
public sealed class DockerConfig(string path)
{
    private const int Limit = 16 << 20;
    private const uint Private = 0x180; // 0600

    private static readonly JsonDocumentOptions s_reading = new() { MaxDepth = 64 };
    private static readonly JsonWriterOptions s_writing = new() { Indented = true, IndentCharacter = '\t', IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file of the user: in <c>$DOCKER_CONFIG</c> or <c>~/.docker</c>.</summary>
    public static DockerConfig OfUser() => new(System.IO.Path.Combine(
        Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder ? folder : System.IO.Path.Combine(Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? home : "/root", ".docker"),
        "config.json"));

    public string Path => path;

    /// <summary>The text of a member; null where it is missing or none.</summary>
    internal string? Text(string name) => Read() is { } root && root[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    /// <summary>A member of an object in the file: <c>credHelpers</c>, <c>auths</c>.</summary>
    internal JsonNode? Find(string name, string key) => Read()?[name] is JsonObject members ? members[key] : null;

    /// <summary>The keys of an object in the file.</summary>
    internal IReadOnlyList<string> Keys(string name) => Read()?[name] is JsonObject members ? [.. members.Select(member => member.Key)] : [];

    /// <summary>Sets or (with null) removes a member of an object in the file.</summary>
    internal void Set(string name, string key, JsonObject? value)
    {
        JsonObject root = Read() ?? [];
        if (root[name] is not JsonObject members)
        {
            root[name] = members = [];
        }

        members.Remove(key);
        if (value is not null)
        {
            members[key] = value;
        }

        Write(root);
    }

    private JsonObject? Read()
    {
        try
        {
            return Files.TryReadText(path, Limit) is not { } text || string.IsNullOrWhiteSpace(text) ? null
                : JsonNode.Parse(text, documentOptions: s_reading) as JsonObject ?? throw BrigException.Invalid($"read {path}: it is no JSON object");
        }
        catch (Exception error) when (error is JsonException or LinuxException or ArgumentException)
        {
            throw BrigException.Invalid($"read {path}: {Oci.Text.Quote(error.Message)}", error);
        }
    }

    private void Write(JsonObject root)
    {
        using MemoryStream content = new();
        using (Utf8JsonWriter writer = new(content, s_writing))
        {
            root.WriteTo(writer);
        }

        // Where the file is a link, what it leads to is written, and keeps its mode.
        string target = (Files.TryStat(null, path) is { Type: FileType.SymbolicLink } ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? System.IO.Path.GetFullPath(path);
        uint mode = Files.TryStat(null, target) is { } status ? status.Permissions : Private;
        Files.MakeDirectories(System.IO.Path.GetDirectoryName(target)!, 0x1C0);
        Files.Replace(target, content.ToArray(), mode);
    }
}
