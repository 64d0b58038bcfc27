using Brig.Builds.Context;
using Brig.Builds.Execution;
using Brig.Linux;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Sources;

/// <summary>Opens contexts: directories as they are, repositories and archives as what they are unpacked to, which goes when this is disposed.</summary>
internal sealed class ContextLoader(StateRoot root, GitFetcher git, WebFetcher web, ArchiveLayers archives) : IDisposable
{
    private const uint FolderMode = 0x1ED;

    private readonly Lock _lock = new();
    private readonly List<StagingFolder> _folders = [];

    /// <summary>The time of the commit that the last repository was at; null for none.</summary>
    internal DateTimeOffset? CommitTime { get; private set; }

    /// <summary>Opens what a person names as a context, with its <c>.dockerignore</c> where it is a directory.</summary>
    internal async Task<SourceTree> OpenAsync(string place, CancellationToken token)
    {
        string folder = await FolderAsync(place, token);
        return new SourceTree(Directory.Exists(place) ? ContextFiles.Open(folder, Path.Combine(folder, "Dockerfile")) : new BuildContext(Files.Open(folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY), IgnoreRules.None), Owners.Root);
    }

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
            (_, DateTimeOffset time) = await git.FetchAsync(address, folder, address.KeepGitDirectory ?? false, token);
            CommitTime = time;
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
