using Brig.Builds.Cache;
using Brig.Builds.Checks;
using Brig.Builds.Dockerfiles;
using Brig.Builds.StepMounts;
using Brig.Containers.Steps;
using Brig.Images;
using Brig.Images.Content;
using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Oci;
using Brig.State;

namespace Brig.Builds;

/// <summary>
/// Builds images: parse, plan the stages that are needed, bring them about from the cache or by running. Several builds may go on at once.
/// <paramref name="database"/> must be the one that <paramref name="images"/> works with.
/// </summary>
public sealed class Builder(StateRoot root, Database database, ImageStore images, ImagePuller puller, IStepRunner runner, TimeProvider time)
{
    /// <summary>The way to registries for outputs and caches; null where nothing is sent to any.</summary>
    public Registries? Registries { get; init; }

    /// <summary>
    /// Builds what is asked and gives the image its names. An unchanged rebuild gives the same image again.
    /// Throws BrigException with the file and line; cancelled or failed, nothing stays but the cached results of the steps that were done.
    /// </summary>
    public Task<BuildResult> BuildAsync(BuildRequest request, IProgress<BuildEvent> progress, CancellationToken token) =>
        Task.Run(() => RunAsync(request, progress, token), token); // files are read and copied on the way, which blocks

    /// <summary>Looks through the Dockerfile without building: what the build checks find. Base images are looked up.</summary>
    public Task<IReadOnlyList<CheckWarning>> CheckAsync(BuildRequest request, IProgress<BuildEvent> progress, CancellationToken token) =>
        Task.Run(() => UseAsync(request, progress, session => session.CheckAsync(), token), token);

    /// <summary>The Dockerfile's stages, or the arguments, secrets and caches of a target.</summary>
    public Task<BuildOutline> OutlineAsync(BuildRequest request, IProgress<BuildEvent> progress, CancellationToken token) =>
        Task.Run(() => UseAsync(request, progress, session => session.OutlineAsync(), token), token);

    private Task<BuildResult> RunAsync(BuildRequest request, IProgress<BuildEvent> progress, CancellationToken token) =>
        UseAsync(request, progress, session => session.BuildAsync(), token);

    private async Task<T> UseAsync<T>(BuildRequest request, IProgress<BuildEvent> progress, Func<BuildSession, Task<T>> use, CancellationToken token)
    {
        BuildJournal journal = new(progress, time);
        images.Reclaim();
        SecretFolders.Sweep(root);
        using ContentLease lease = images.Lease();
        string text = "", name = "Dockerfile";
        try
        {
            using BuildSession session = await BuildSession.OpenAsync(root, database, images, puller, runner, new BuildCache(database, images, time), lease, journal, time, Registries, request, (source, called) => (text, name) = (source, called), token);
            return await use(session);
        }
        catch (BrigException error) when (Excerpt.LinesOf(error) is { } lines && text.Length > 0)
        {
            journal.Report(new BuildFailed(name, lines.First, Excerpt.Of(text, name, lines)));
            throw;
        }
    }
}
