using Brig.Linux;

namespace Brig.State;

/// <summary>
/// Where Brig keeps things. Two roots do not see each other, so tests and users run side by side.
/// <paramref name="Root"/> outlives a boot, <paramref name="RunRoot"/> must not. Both are absolute.
/// </summary>
public sealed record StateRoot(string Root, string RunRoot)
{
    private const string DefaultRoot = "/var/lib/brig";

    /// <summary>
    /// What the kernel's things of this root are named after, wherever all roots of a machine share a place: <c>brig</c> for the default
    /// root, <c>brig-</c> and eight hex digits of a hash of the path for any other. The parent of the cgroups of its containers.
    /// </summary>
    public string KernelName => Path.TrimEndingDirectorySeparator(Root) == DefaultRoot ? "brig" : $"brig-{KernelNumber:x8}";

    /// <summary>The hash, where the kernel takes numbers.</summary>
    public uint KernelNumber => Hash(Path.TrimEndingDirectorySeparator(Root));

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

    // FNV-1a, folded: a cryptographic hash would load a library for nothing.
    private static uint Hash(string text)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte part in System.Text.Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ part) * 0x100000001b3;
        }

        return (uint)(hash ^ (hash >> 32));
    }
}
