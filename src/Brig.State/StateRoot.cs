using Brig.Linux;

namespace Brig.State;

/// <summary>
/// Where Brig keeps things. Two roots do not see each other, so tests and users run side by side.
/// <paramref name="Root"/> outlives a boot, <paramref name="RunRoot"/> must not. Both are absolute.
/// </summary>
public sealed record StateRoot(string Root, string RunRoot)
{
    public string Database => Path.Combine(Root, "brig.db");

    /// <summary>Compressed blobs and documents as they came: <c>blobs/sha256/HEX</c>.</summary>
    public string Blobs => Path.Combine(Root, "blobs");

    /// <summary>Unpacked layers, <c>layers/HEX</c> by diff ID.</summary>
    public string Layers => Path.Combine(Root, "layers");

    public string Containers => Path.Combine(Root, "containers");

    public string Volumes => Path.Combine(Root, "volumes");

    /// <summary>What is being made; every entry is locked (flock) by its maker, and an unlocked one may be removed by anyone.</summary>
    public string Staging => Path.Combine(Root, "staging");

    /// <summary>Sockets and process IDs of running containers, <c>containers/ID/</c>.</summary>
    public string Running => Path.Combine(RunRoot, "containers");

    /// <summary>Makes the folders that are missing, readable by the owner alone where they hold containers' data.</summary>
    public void Create()
    {
        // The blob folders come last: where they are, all is.
        string blobs = Path.Combine(Blobs, "sha256");
        if (Files.TryStat(null, Running) is not null && Files.TryStat(null, blobs) is not null)
        {
            return;
        }

        Files.MakeDirectories(Root, Convert.ToUInt32("711", 8));
        foreach (string folder in (ReadOnlySpan<string>)[Layers, Containers, Volumes, Staging, RunRoot, Running, Blobs, blobs])
        {
            Files.MakeDirectories(folder, Convert.ToUInt32("700", 8));
        }
    }
}
