using System.Text;
using Brig.Builds.Cache;
using Brig.Builds.Context;
using Brig.Builds.Plan;
using Brig.Containers.Steps;
using Brig.Images.Layers;
using Brig.Linux;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Execution;

/// <summary>Carries out one planned step over given layers: the changes become a layer of the store.</summary>
internal sealed class StepExecutor(StateRoot root, LayerStore layers, IStepRunner runner, BuildContext context, string network)
{
    private readonly ContextDigest _digest = new(context);

    /// <summary>The key of the step's result, from the key of what it stands on.</summary>
    internal string KeyOf(PlannedStep step, string parent, CancellationToken token)
    {
        switch (step)
        {
            case RunStep run:
                using (CacheKey key = new(parent, "run"))
                {
                    return key.Add(run.Args).Add(run.Environment).Add(run.WorkingDirectory).Add(run.User).Add(run.Network ?? network).Add(run.Script?.Body).Finish();
                }

            case WorkdirStep workdir:
                using (CacheKey key = new(parent, "workdir"))
                {
                    return key.Add(workdir.Path).Add(workdir.User).Finish();
                }

            default:
                return KeyOf((CopyStep)step, parent, token);
        }
    }

    /// <summary>Runs the step. Cancelled or failed, nothing of it stays.</summary>
    internal async Task<StepResult> RunAsync(PlannedStep step, IReadOnlyList<string> lowers, StepOutput output, CancellationToken token)
    {
        using StagedLayer staged = StagedLayer.Make(root, lowers);
        bool isRepeatable = true;
        switch (step)
        {
            case RunStep run:
                await RunAsync(run, staged, output, token);
                break;
            case WorkdirStep workdir:
                Workdir(workdir, staged, token);
                break;
            case CopyStep copy:
                isRepeatable = Copy(copy, staged, token);
                break;
        }

        token.ThrowIfCancellationRequested();
        return new StepResult(layers.Adopt(staged.Upper, token).DiffId, isRepeatable);
    }

    private string KeyOf(CopyStep copy, string parent, CancellationToken token)
    {
        using CacheKey key = new(parent, "copy");
        key.Add(copy.Destination).Add(copy.Chown).Add(copy.Chmod);
        foreach (ContextSource source in SourcesOf(copy))
        {
            key.Add("source").Add(source.Node.Status.IsDirectory ? "" : source.Name).Add(_digest.Of(source.Node, token));
        }

        foreach (Dockerfiles.Heredoc heredoc in copy.Heredocs)
        {
            key.Add("heredoc").Add(heredoc.Name).Add(heredoc.Body);
        }

        return key.Finish();
    }

    private List<ContextSource> SourcesOf(CopyStep copy)
    {
        IgnoreRules excluded = IgnoreRules.Of(copy.Excludes);
        return [.. copy.Sources.SelectMany(source => context.Find(source, excluded))];
    }

    private async Task RunAsync(RunStep run, StagedLayer staged, StepOutput output, CancellationToken token)
    {
        string script = Path.Join(staged.Upper, RunStep.ScriptPath);
        if (run.Script is not null)
        {
            using SafeFileHandle file = Files.Open(script, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0x1ED);
            Files.WriteAll(file, Encoding.UTF8.GetBytes(run.Script.Body));
            Files.ChangeMode(file, 0x1ED);
        }

        int code = await runner.RunAsync(
            new Step
            {
                Lowers = staged.Lowers,
                Upper = staged.Upper,
                Work = staged.Work,
                Args = run.Args,
                Environment = [.. run.Environment, .. run.Proxies],
                WorkingDirectory = run.WorkingDirectory,
                User = run.User,
                Network = run.Network ?? network,
            },
            output,
            token);
        token.ThrowIfCancellationRequested();
        if (code != 0)
        {
            throw BrigException.Invalid($"process \"{Oci.Text.Quote(string.Join(' ', run.Args))}\" did not complete successfully: exit code: {code}");
        }

        if (run.Script is not null)
        {
            // The view is gone, so this leaves no whiteout.
            Files.Unlink(null, script);
        }
    }

    private static void Workdir(WorkdirStep workdir, StagedLayer staged, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        using SafeFileHandle mount = staged.Mount();
        Rootfs rootfs = new(mount);
        Ownership owner = new AccountNames(rootfs).Resolve(workdir.User);
        using SafeFileHandle directory = rootfs.Directory(workdir.Path, made =>
        {
            Files.ChangeOwner(made, owner.Uid, owner.Gid);
            Files.ChangeMode(made, 0x1ED); // whatever the umask left of it
        });
    }

    // False where a file changed since it was hashed.
    private bool Copy(CopyStep copy, StagedLayer staged, CancellationToken token)
    {
        using SafeFileHandle mount = staged.Mount();
        Rootfs rootfs = new(mount);
        Ownership owner = copy.Chown is null ? Ownership.Root : new AccountNames(rootfs).Resolve(copy.Chown);
        TreeCopier copier = new(context, rootfs, owner, copy.Chmod is null ? null : ModeChange.Parse(copy.Chmod), token);
        List<ContextSource> sources = SourcesOf(copy);

        // A pattern that names several files is a list of sources.
        string destination = sources.Count > 1 && !copy.Destination.EndsWith('/') ? copy.Destination + "/" : copy.Destination;
        foreach (ContextSource source in sources)
        {
            copier.Copy(source, destination);
        }

        foreach (Dockerfiles.Heredoc heredoc in copy.Heredocs)
        {
            copier.Write(heredoc, destination);
        }

        return !copier.SawChange;
    }
}
