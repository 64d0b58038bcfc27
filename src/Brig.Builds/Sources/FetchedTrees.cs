using Brig.Builds.Context;
using Brig.Builds.Execution;
using Brig.Linux;
using Brig.State;

namespace Brig.Builds.Sources;

/// <summary>What ADD fetches, each address once a build; gone when disposed.</summary>
internal sealed class FetchedTrees(StateRoot root, GitFetcher git, WebFetcher web) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task<FetchedTree>> _fetched = [];
    private readonly List<StagingFolder> _folders = [];

    /// <summary>By which the content of an address is known without fetching it; null where only the content tells.</summary>
    internal async Task<string?> IdentityAsync(string address, string? checksum, CancellationToken token)
    {
        if (GitAddress.TryParse(address) is { } repository)
        {
            return await git.CommitAsync(repository, token);
        }

        return checksum ?? await web.TagAsync(address, token);
    }

    internal Task<FetchedTree> FetchAsync(string address, string? checksum, bool keepGitDirectory, CancellationToken token)
    {
        lock (_lock)
        {
            string key = $"{address}\0{checksum}\0{keepGitDirectory}";
            return _fetched.TryGetValue(key, out Task<FetchedTree>? known) ? known : _fetched[key] = Task.Run(() => GetAsync(address, checksum, keepGitDirectory, token), token);
        }
    }

    public void Dispose()
    {
        foreach (Task<FetchedTree> task in _fetched.Values)
        {
            if (task.IsCompletedSuccessfully)
            {
                task.Result.Tree.Dispose();
            }
        }

        _folders.ForEach(folder => folder.Dispose());
    }

    private async Task<FetchedTree> GetAsync(string address, string? checksum, bool keepGitDirectory, CancellationToken token)
    {
        StagingFolder staging = StagingFolder.Make(root, "fetch");
        lock (_lock)
        {
            _folders.Add(staging);
        }

        string folder = Path.Combine(staging.Path, "files");
        Files.MakeNewDirectory(null, folder);
        string source;
        if (GitAddress.TryParse(address) is { } repository)
        {
            repository = checksum is null ? repository : repository with { Checksum = checksum };
            await git.FetchAsync(repository, folder, repository.KeepGitDirectory ?? keepGitDirectory, token);
            source = repository.Folder;
        }
        else
        {
            source = "/" + (await web.FetchAsync(address, folder, checksum, token)).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
        }

        BuildContext files = new(Files.Open(folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY), IgnoreRules.None);
        return new FetchedTree(new SourceTree(files, Owners.Root), source);
    }
}
