using Brig.Builds.Cache;
using Brig.Builds.Context;
using Brig.Builds.Dockerfiles;
using Brig.Builds.Execution;
using Brig.Builds.Plan;
using Brig.Containers.Steps;
using Brig.Images;
using Brig.Images.Content;
using Brig.Images.Transfers;
using Brig.Oci;
using Brig.State;

namespace Brig.Builds;

/// <summary>
/// Builds images: parse, plan, then step by step from the cache or by running. Several builds may go on at once.
/// <paramref name="database"/> must be the one that <paramref name="images"/> works with.
/// </summary>
public sealed class Builder(StateRoot root, Database database, ImageStore images, ImagePuller puller, IStepRunner runner, TimeProvider time)
{
    /// <summary>
    /// Builds what is asked and gives the image its names. An unchanged rebuild gives the same image again.
    /// Throws BrigException with the file and line; cancelled or failed, nothing stays but the cached results of the steps that were done.
    /// </summary>
    public Task<BuildResult> BuildAsync(BuildRequest request, IProgress<BuildEvent> progress, CancellationToken token) =>
        Task.Run(() => RunAsync(request, progress, token), token); // files are read and copied on the way, which blocks

    private async Task<BuildResult> RunAsync(BuildRequest request, IProgress<BuildEvent> progress, CancellationToken token)
    {
        string path = ContextFiles.DockerfileOf(request.ContextDirectory, request.DockerfilePath);
        Dockerfile file = request.DockerfileText is { } text
            ? Dockerfile.Parse(text, "Dockerfile")
            : Dockerfile.Parse(ContextFiles.ReadDockerfile(path), Path.GetFileName(path));
        Stage stage = OnlyStage(file, request.Target);
        BuildScope scope = new(file, request.BuildArgs);

        using BuildContext context = ContextFiles.Open(request.ContextDirectory, path);
        images.Layers.Reclaim();
        using ContentLease lease = images.Lease();
        BuildCache cache = new(database, images, time);
        Image? below = await new BaseImages(images, puller, lease).FindAsync(stage.From, scope, request.Pull ? BasePolicy.Pull : BasePolicy.Local, progress, token);
        StagePlan plan = new StagePlanner(stage, below?.Config, scope).Plan();
        foreach (string unused in scope.Unused)
        {
            progress.Report(new BuildWarning($"one or more build-args [{unused}] were not consumed"));
        }

        if (below is not null)
        {
            progress.Report(new BuildStepStarted(1, plan.StepCount, stage.From.Text));
            progress.Report(new BuildStepDone(1, TimeSpan.Zero));
        }

        StepExecutor executor = new(root, images.Layers, runner, context, request.Network);
        StageExecution execution = new(images, cache, executor, lease, time, progress);
        try
        {
            (IReadOnlyList<DiffId> layers, string key) = await execution.RunAsync(plan, below, scope, request.NoCache ? CacheUse.Ignore : CacheUse.Read, token);
            Image image = Export(request, new ImageWriter(plan, below?.Config, request.Labels), execution, layers, key);
            progress.Report(new BuildExported(image.Id, request.Tags));
            return new BuildResult(image, plan.Steps.Count, execution.CachedSteps);
        }
        finally
        {
            cache.Touch(execution.Keys);
        }
    }

    private Image Export(BuildRequest request, ImageWriter writer, StageExecution execution, IReadOnlyList<DiffId> layers, string chain)
    {
        string key = writer.KeyOf(chain);
        ReadOnlyMemory<byte> config;
        if (!request.NoCache && execution.Hit(key) is { } known && known.Layers.SequenceEqual(layers))
        {
            config = known.ConfigBytes;
        }
        else
        {
            config = writer.Write(layers, execution.Made, time.GetUtcNow());
            execution.Keep(key, config);
        }

        return database.Transaction(() =>
        {
            Image image = images.Add(config, request.Tags.Count > 0 ? request.Tags[0] : null);
            foreach (ImageReference tag in request.Tags.Skip(1))
            {
                images.Tag(image.Id, tag);
            }

            return images.Find(image.Id)!;
        });
    }

    private static Stage OnlyStage(Dockerfile file, string? target)
    {
        if (file.Stages.Count > 1)
        {
            throw BrigException.Unsupported($"{file.Name}:{file.Stages[1].From.Lines.First}: more than one FROM is not supported yet");
        }

        return target is null || target.Equals(file.Stages[0].From.Name, StringComparison.OrdinalIgnoreCase) || target == "0"
            ? file.Stages[0]
            : throw BrigException.NotFound($"target stage \"{Text.Quote(target)}\" could not be found");
    }
}
