using Brig.Builds.Context;
using Brig.Builds.Execution;
using Brig.Linux;
using Brig.Oci;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Sources;

/// <summary>Opens contexts: directories as they are, repositories and archives as what they are unpacked to, which goes when this is disposed.</summary>
internal sealed class ContextLoader(StateRoot root, GitFetcher git, WebFetcher web, ArchiveLayers archives, TimeProvider time) : IDisposable
{
    private const uint FolderMode = 0x1ED;

    private readonly Lock _lock = new();
    private readonly List<StagingFolder> _folders = [];
    private readonly List<HashMemory> _memories = [];

    /// <summary>Opens what a person names as a context, with its <c>.dockerignore</c> where it is a directory.</summary>
    internal async Task<SourceTree> OpenAsync(string place, CancellationToken token)
    {
        string folder = await FolderAsync(place, token);
        return Directory.Exists(place)
            ? await LocalAsync(folder, Path.Combine(folder, "Dockerfile"), token)
            : new SourceTree(new BuildContext(Files.Open(folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY), IgnoreRules.None), Owners.Root);
    }

    /// <summary>A directory of this machine, whose hashes are kept from one build to the next. In a git working tree no file counts as newer than the commit: a checkout gives them its own time.</summary>
    /// <param name="folder">An absolute path.</param>
    /// <param name="dockerfile">The Dockerfile beside which an ignore file of its own may stand.</param>
    /// <param name="token">Ends the reading.</param>
    internal async Task<SourceTree> LocalAsync(string folder, string dockerfile, CancellationToken token)
    {
        HashMemory memory = new(Path.Combine(root.Root, "build", "contexts", Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(folder)).Hex), time.GetUtcNow());
        lock (_lock)
        {
            _memories.Add(memory);
        }

        long latest = await git.TimeOfAsync(folder, token) is { } commit ? Moment.Of(commit).Nanoseconds : long.MaxValue;
        return new SourceTree(ContextFiles.Open(folder, dockerfile), Owners.Root) { Memory = memory, Latest = latest };
    }

    /// <summary>Keeps the hashes of the directories for the next build.</summary>
    internal void Remember() => _memories.ForEach(memory => memory.Save());

    /// <summary>The directory that holds the files of a context.</summary>
    internal async Task<string> FolderAsync(string place, CancellationToken token)
    {
        if (Directory.Exists(place))
        {
            return Path.GetFullPath(place);
        }

        if (GitAddress.TryParse(place) is { } address)
        {
            string folder = Make();
            await git.FetchAsync(address, folder, address.KeepGitDirectory ?? false, token);
            return Below(folder, address.Folder);
        }

        if (RemoteAddress.IsWeb(place))
        {
            string folder = Make();
            string name = await web.FetchAsync(place, folder, null, token);
            using SafeFileHandle file = Files.Open(Path.Combine(folder, name), OpenFlags.O_RDONLY);
            return archives.TryUnpack(file, token) ?? throw BrigException.Invalid($"{Oci.Text.Quote(place)}: the context is no archive");
        }

        throw BrigException.NotFound($"unable to prepare context: path \"{Oci.Text.Quote(place)}\" not found");
    }

    public void Dispose() => _folders.ForEach(folder => folder.Dispose());

    internal string Make()
    {
        StagingFolder staging = StagingFolder.Make(root, "context");
        lock (_lock)
        {
            _folders.Add(staging);
        }

        string folder = Path.Combine(staging.Path, "files");
        Files.MakeNewDirectory(null, folder, FolderMode);
        return folder;
    }

    // A folder of a repository is looked for inside it.
    private static string Below(string folder, string path)
    {
        if (path.Length == 0)
        {
            return folder;
        }

        using SafeFileHandle top = Files.Open(folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        using SafeFileHandle inner = Files.TryOpenIn(top, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out _)
            ?? throw BrigException.NotFound($"the repository has no directory {Oci.Text.Quote(path)}");
        return Files.ReadLink(null, $"/proc/self/fd/{Files.Number(inner)}");
    }
}
