using System.Text.Json;
using Brig.Linux;
using Brig.State;

namespace Brig.Builds.Records;

/// <summary>The last builds of a state root with their logs: <c>build/history/ID.json</c> and <c>ID.log</c>.</summary>
public sealed class BuildHistory(StateRoot root)
{
    private const int Limit = 100;

    private string Folder => Path.Combine(root.Root, "build", "history");

    /// <summary>The latest first.</summary>
    public IReadOnlyList<BuildRecord> List() => !Directory.Exists(Folder) ? []
        : [.. Directory.EnumerateFiles(Folder, "*.json").Select(TryRead).OfType<BuildRecord>().OrderByDescending(record => record.Started)];

    /// <summary>The build whose id begins so; empty is the latest. Throws NotFound.</summary>
    public BuildRecord Get(string prefix) => List().FirstOrDefault(record => record.Id.StartsWith(prefix, StringComparison.Ordinal))
        ?? throw BrigException.NotFound($"no build record {Oci.Text.Quote(prefix)} (brig builder history ls)");

    public string LogOf(BuildRecord record) => Path.Combine(Folder, record.Id + ".log");

    public void Remove(BuildRecord record)
    {
        Files.Unlink(null, Path.Combine(Folder, record.Id + ".json"));
        Files.Unlink(null, LogOf(record));
    }

    /// <summary>A place for a new build's log.</summary>
    public (string Id, string Log) Begin()
    {
        Files.MakeDirectories(Folder, 0x1C0);
        string id = Guid.NewGuid().ToString("N")[..25];
        return (id, Path.Combine(Folder, id + ".log"));
    }

    /// <summary>Keeps what a build came to, and forgets the oldest ones.</summary>
    public void Keep(BuildRecord record)
    {
        Files.Replace(Path.Combine(Folder, record.Id + ".json"), JsonSerializer.SerializeToUtf8Bytes(record, BuildsJson.Default.BuildRecord), 0x180);
        foreach (BuildRecord old in List().Skip(Limit))
        {
            Remove(old);
        }
    }

    private static BuildRecord? TryRead(string path)
    {
        try
        {
            return Files.TryReadText(path) is { } text ? JsonSerializer.Deserialize(text, BuildsJson.Default.BuildRecord) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
