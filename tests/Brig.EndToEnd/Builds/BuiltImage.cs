using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Brig.EndToEnd.Builds;

/// <summary>What a build wrote: its files from a tar, its configuration from an OCI layout.</summary>
public sealed partial class BuiltImage
{
    public Dictionary<string, BuiltFile> Files { get; } = [];

    public required JsonNode Config { get; init; }

    public List<string> History => [.. (Config["history"]?.AsArray() ?? []).Select(entry => (string?)entry?["created_by"] ?? "")];

    /// <param name="folder">Has <c>files.tar</c> and <c>layout/</c>.</param>
    public static BuiltImage Read(string folder)
    {
        JsonNode index = Document(folder, "index.json"), manifest = Blob(folder, index["manifests"]![0]!);
        BuiltImage image = new() { Config = Blob(folder, manifest["config"]!) };
        using FileStream stream = File.OpenRead(Path.Combine(folder, "files.tar"));
        using TarReader reader = new(stream);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            string path = "/" + entry.Name.Trim('/');
            string content = "";
            if (entry.EntryType == TarEntryType.HardLink)
            {
                content = image.Files.GetValueOrDefault("/" + entry.LinkName)?.Content ?? "";
            }
            else if (entry.DataStream is { Length: < 1 << 16 } data)
            {
                using StreamReader text = new(data, Encoding.UTF8);
                content = text.ReadToEnd();
            }

            char kind = entry.EntryType switch { TarEntryType.Directory => 'd', TarEntryType.SymbolicLink => 'l', _ => 'f' };
            image.Files[path] = new BuiltFile(kind, Convert.ToString((int)entry.Mode, 8), $"{entry.Uid}:{entry.Gid}", content, entry.LinkName, entry.ModificationTime.ToUnixTimeSeconds());
        }

        return image;
    }

    /// <summary>A member of the configuration's <c>config</c>, by its path.</summary>
    public JsonNode? Value(string path)
    {
        JsonNode? node = Config["config"];
        foreach (string name in path.Split('.'))
        {
            node = node?[name];
        }

        return node;
    }

    /// <summary>Null where the file is as wanted, else what it is.</summary>
    public string? Differs(char kind, string wanted)
    {
        if (kind == 'l')
        {
            string[] link = wanted.Split(" -> ");
            return Files.GetValueOrDefault(link[0]) is { Kind: 'l' } found && found.Target == link[1] ? null : Files.GetValueOrDefault(link[0])?.ToString() ?? "nothing";
        }

        Match match = Wanted().Match(wanted);
        if (Files.GetValueOrDefault(match.Groups["path"].Value) is not { } file)
        {
            return "nothing there; there are " + string.Join(' ', Files.Keys.Where(path => !path.StartsWith("/bin/", StringComparison.Ordinal)));
        }

        bool right = file.Kind == kind && (!match.Groups["mode"].Success || file.Mode == match.Groups["mode"].Value) && (!match.Groups["owner"].Success || file.Owner == match.Groups["owner"].Value)
            && (!match.Groups["content"].Success || file.Content.TrimEnd('\n').Replace('\n', '|') == match.Groups["content"].Value);
        return right ? null : file.ToString();
    }

    private static JsonNode Blob(string folder, JsonNode descriptor) => Document(folder, "blobs/" + ((string)descriptor["digest"]!).Replace(':', '/'));

    private static JsonNode Document(string folder, string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "layout", name)))!;

    [GeneratedRegex(@"^(?<path>.+?)(?: (?<mode>[0-7]{3,4})(?: (?<owner>[0-9]+:[0-9]+)(?: (?<content>.*))?)?)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Wanted();
}
