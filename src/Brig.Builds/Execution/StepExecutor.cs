using System.Text;
using Brig.Builds.Cache;
using Brig.Builds.Context;
using Brig.Builds.Graph;
using Brig.Builds.Plan;
using Brig.Builds.Sources;
using Brig.Builds.StepMounts;
using Brig.Containers.Devices;
using Brig.Containers.Steps;
using Brig.Images;
using Brig.Linux;
using Brig.Oci;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Execution;

/// <summary>Carries out one planned step over given layers: the changes become a layer of the store.</summary>
internal sealed class StepExecutor(
    StateRoot root, ImageStore images, IStepRunner runner, StepInputs inputs, OriginTrees trees, CopySources copies, ArchiveLayers archives, ContextSnapshots snapshots, TimeSettings times, IStepObserver? observer)
{
    /// <summary>Waits for the stages that the step takes from, which is none of its own time.</summary>
    internal async Task AwaitSourcesAsync(PlannedStep step, StageNode stage)
    {
        foreach (string name in step.TakesFrom)
        {
            await trees.LayersAsync(stage.Origins[name]);
        }
    }

    /// <summary>Refuses what the build was not allowed to do, whether it is done or was.</summary>
    internal void Check(PlannedStep step)
    {
        if (step is RunStep run)
        {
            Allow(run);
            Devices(run);
        }
    }

    /// <summary>A key of the step's result that takes no reading of files; null where there is none.</summary>
    internal async Task<string?> QuickKeyAsync(PlannedStep step, StageNode stage, IReadOnlyList<DiffId> below, CancellationToken token)
    {
        if (step is not CopyStep copy || copy.Sources.Count == 0)
        {
            return null;
        }

        using CacheKey key = KeyFor(step, below, "copy-quick");
        return await copies.QuickKeyAsync(copy, stage.Origins[copy.From ?? ""], key, token);
    }

    /// <summary>The key of the step's result: of what it stands on and all that it reads.</summary>
    internal async Task<string> KeyAsync(PlannedStep step, StageNode stage, IReadOnlyList<DiffId> below, CancellationToken token)
    {
        switch (step)
        {
            case RunStep run:
                using (CacheKey key = KeyFor(step, below, "run"))
                {
                    key.Add(run.Args).Add(run.Environment).Add(run.WorkingDirectory).Add(run.User).Add(run.Network ?? inputs.Network).Add(run.Script?.Body).Add(run.Insecure ? "insecure" : "").Add(stage.Platform.ToString());
                    foreach (RunDevice device in run.Devices)
                    {
                        key.Add("device").Add(device.Name);
                    }

                    foreach (RunMount mount in run.Mounts)
                    {
                        key.Add(mount.Key);
                        if (mount.Kind == RunMountKind.Bind)
                        {
                            Origin origin = stage.Origins[mount.From ?? ""];
                            key.Add(origin is Origin.OfFolder { Tree: var tree } ? snapshots.KeyOf(tree, mount.Source, token) : OriginTrees.IdentityOf((await trees.LayersAsync(origin))!));
                        }
                    }

                    return key.Finish();
                }

            case WorkdirStep workdir:
                using (CacheKey key = KeyFor(step, below, "workdir"))
                {
                    return key.Add(workdir.Path).Add(workdir.User).Finish();
                }

            default:
                CopyStep copy = (CopyStep)step;
                using (CacheKey key = KeyFor(step, below, "copy"))
                {
                    return await copies.ContentKeyAsync(copy, stage.Origins[copy.From ?? ""], key, token);
                }
        }
    }

    /// <summary>As <see cref="KeyAsync"/>; null where that would fetch something from elsewhere.</summary>
    internal async Task<string?> LocalKeyAsync(PlannedStep step, StageNode stage, IReadOnlyList<DiffId> below, CancellationToken token) =>
        step is CopyStep copy && CopySources.Fetches(copy) ? null : await KeyAsync(step, stage, below, token);

    /// <summary>Runs the step. Cancelled or failed, nothing of it stays.</summary>
    /// <param name="step">What is to be done.</param>
    /// <param name="stage">Where.</param>
    /// <param name="below">The layers that it stands on, lowest first.</param>
    /// <param name="moment">Nothing in those is newer.</param>
    /// <param name="output">Takes what the command says.</param>
    /// <param name="token">Ends it.</param>
    internal async Task<StepResult> RunAsync(PlannedStep step, StageNode stage, IReadOnlyList<DiffId> below, Moment moment, StepOutput output, CancellationToken token)
    {
        bool isLinked = step is CopyStep { Link: true };
        using StagedLayer staged = StagedLayer.Make(root, isLinked ? [] : images.DirectoriesOf(below));
        bool isRepeatable = true;
        switch (step)
        {
            case RunStep run:
                moment = times.At(Moment.Later(moment, await NewestMountAsync(run, stage, token)));
                await RunAsync(run, stage, staged, output, token);
                break;
            case WorkdirStep workdir:
                Workdir(workdir, staged, token);
                break;
            case CopyStep copy:
                IReadOnlyList<CopyItem> items = await copies.FindAsync(copy, stage.Origins[copy.From ?? ""], token);
                moment = times.At(Moment.OfNanoseconds(items.Aggregate(moment.Nanoseconds, (newest, item) => Math.Max(newest, item.Tree.NewestOf(item.Source.Node)))));
                isRepeatable = Copy(copy, items, staged, moment.Nanoseconds, token);
                break;
        }

        token.ThrowIfCancellationRequested();
        TimeLimit.Apply(staged.Upper, moment.Nanoseconds, token);
        return new StepResult(images.Layers.Adopt(staged.Upper, token).DiffId, moment, isRepeatable);
    }

    /// <summary>Lets a person look at the state before a step; false where he wants to end.</summary>
    internal async Task<bool> LookAsync(PlannedStep step, IReadOnlyList<DiffId> below, CancellationToken token)
    {
        if (observer is null)
        {
            return true;
        }

        using StagedLayer staged = StagedLayer.Make(root, images.DirectoriesOf(below));
        RunStep? run = step as RunStep;
        Step look = new()
        {
            Lowers = staged.Lowers,
            Upper = staged.Upper,
            Work = staged.Work,
            Args = run?.Args ?? ["/bin/sh"],
            Environment = run?.Environment ?? step.Config.Env ?? [],
            WorkingDirectory = run?.WorkingDirectory ?? (step.Config.WorkingDir is { Length: > 0 } directory ? directory : "/"),
            User = run?.User ?? step.Config.User ?? "",
            Network = inputs.Network,
        };
        return await observer.ReachedAsync(look, step.Instruction.Text, step.Instruction.Lines.First, token);
    }

    private CacheKey KeyFor(PlannedStep step, IReadOnlyList<DiffId> below, string kind) =>
        new CacheKey(step is CopyStep { Link: true } ? "linked" : OriginTrees.IdentityOf(below), kind).Add(times.Key);

    private async Task<IReadOnlyList<DiffId>> LayersOfAsync(RunMount mount, StageNode stage, CancellationToken token)
    {
        Origin origin = stage.Origins[mount.From ?? ""];
        return await trees.LayersAsync(origin) ?? [(await snapshots.OfAsync(((Origin.OfFolder)origin).Tree, mount.Source, token)).Layer];
    }

    private async Task<Moment> NewestMountAsync(RunStep run, StageNode stage, CancellationToken token)
    {
        Moment newest = default;
        foreach (RunMount mount in run.Mounts.Where(mount => mount.Kind == RunMountKind.Bind))
        {
            Origin origin = stage.Origins[mount.From ?? ""];
            newest = Moment.Later(newest, origin is Origin.OfFolder { Tree: var tree } ? (await snapshots.OfAsync(tree, mount.Source, token)).Moment : await trees.MomentAsync(origin));
        }

        return newest;
    }

    private async Task RunAsync(RunStep run, StageNode stage, StagedLayer staged, StepOutput output, CancellationToken token)
    {
        List<DeviceGrant> devices = Devices(run);
        Dictionary<RunMount, IReadOnlyList<string>> lowers = [];
        foreach (RunMount mount in run.Mounts.Where(mount => mount.Kind == RunMountKind.Bind || mount.From is not null))
        {
            IReadOnlyList<DiffId> layers = await LayersOfAsync(mount, stage, token);
            lowers[mount] = layers.Count > 0 ? images.DirectoriesOf(layers) : [staged.Empty];
        }

        MountStubs stubs = new(staged, run.Mounts.Select(mount => mount.Target).Where(target => target.Length > 0).Concat(devices.SelectMany(device => device.Mounts).Select(mount => mount.Target)));
        string script = Path.Join(staged.Upper, RunStep.ScriptPath);
        if (run.Script is not null)
        {
            using SafeFileHandle file = Files.Open(script, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0x1ED);
            Files.WriteAll(file, Encoding.UTF8.GetBytes(run.Script.Body));
            Files.ChangeMode(file, 0x1ED);
        }

        using (RunMounts mounts = await Task.Run(() => RunMounts.Prepare(root, run, staged, inputs, mount => lowers[mount]), token))
        {
            Step step = new()
            {
                Lowers = staged.Lowers,
                Upper = staged.Upper,
                Work = staged.Work,
                Args = run.Args,
                Environment = [.. run.Environment, .. run.Proxies, .. mounts.Variables, .. devices.SelectMany(device => device.Environment)],
                WorkingDirectory = run.WorkingDirectory,
                User = run.User,
                Network = run.Network ?? inputs.Network,
                Mounts = [.. mounts.List, .. devices.SelectMany(device => device.Mounts).Select(mount => new StepMount
                {
                    Source = mount.Source, Target = mount.Target, ReadOnly = mount.ReadOnly, Propagation = mount.Propagation, Options = mount.Options,
                })],
                Devices = [.. devices.SelectMany(device => device.Nodes)],
                Groups = [.. devices.SelectMany(device => device.Groups).Distinct()],
                EnvironmentFile = mounts.EnvironmentFile,
                Insecure = run.Insecure,
                Hostname = inputs.Hostname,
                ExtraHosts = inputs.ExtraHosts,
                Resources = inputs.Resources,
                Ulimits = inputs.Ulimits,
                SharedMemory = inputs.SharedMemory,
            };
            int code = await RunAsync(step, stage.Platform, output, token);
            token.ThrowIfCancellationRequested();
            if (code != 0)
            {
                string command = Oci.Text.Quote(string.Join(' ', run.Args));
                BrigException failure = BrigException.Invalid($"process \"{command}\" did not complete successfully: exit code: {code}");
                if (observer is not null)
                {
                    await observer.FailedAsync(step, run.Instruction.Text, failure.Message, token);
                }

                throw failure;
            }
        }

        if (run.Script is not null)
        {
            // The view is gone, so this leaves no whiteout.
            Files.Unlink(null, script);
        }

        stubs.Clear();
    }

    private async Task<int> RunAsync(Step step, Platform platform, StepOutput output, CancellationToken token)
    {
        try
        {
            return await runner.RunAsync(step, output, token);
        }
        catch (BrigException error) when (platform.Architecture != Platform.Host.Architecture && error.Message.Contains("exec format error", StringComparison.OrdinalIgnoreCase))
        {
            throw new BrigException(error.Kind, $"{error.Message} (a program of {platform} needs an emulator: install qemu-user-static, which makes itself known to binfmt_misc)", error);
        }
    }

    private void Allow(RunStep run)
    {
        foreach ((bool wanted, string entitlement) in (ReadOnlySpan<(bool, string)>)[(run.Insecure, "security.insecure"), (run.Network == "host" && inputs.Network != "host", "network.host")])
        {
            if (wanted && !inputs.Entitlements.Contains(entitlement))
            {
                throw new BrigException(ErrorKind.PermissionDenied, $"{entitlement} is not allowed (allow it with --allow {entitlement})");
            }
        }
    }

    /// <summary>What the devices that RUN asks for bring. One that is not there and not required is left out, as BuildKit does.</summary>
    private List<DeviceGrant> Devices(RunStep run)
    {
        List<DeviceGrant> grants = [];
        foreach (RunDevice device in run.Devices)
        {
            DeviceGrant? grant = inputs.Devices.Value.Find(device.Name);
            if (grant is null && device.Required)
            {
                throw inputs.Devices.Value.NotFound(device.Name);
            }

            if (grant?.Guarded.FirstOrDefault(name => !inputs.Entitlements.Contains("device") && !inputs.Entitlements.Contains("device=" + name) && !inputs.Entitlements.Contains("device=" + device.Name)) is { } guarded)
            {
                throw new BrigException(ErrorKind.PermissionDenied, $"device {Oci.Text.Quote(guarded)} is not allowed (allow it with --allow device={Oci.Text.Quote(guarded)}, or all with --allow device)");
            }

            if (grant is not null)
            {
                grants.Add(grant);
            }
        }

        return grants;
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
    private bool Copy(CopyStep copy, IReadOnlyList<CopyItem> items, StagedLayer staged, long newest, CancellationToken token)
    {
        using SafeFileHandle mount = staged.Mount();
        Rootfs rootfs = new(mount);
        Ownership? owner = copy.Chown is null ? null : new AccountNames(rootfs).Resolve(copy.Chown);
        ModeChange? mode = copy.Chmod is null ? null : ModeChange.Parse(copy.Chmod);

        // A pattern that names several files is a list of sources.
        bool intoDirectory = (items.Count > 1 || copy.Parents) && !copy.Destination.EndsWith('/');
        string destination = intoDirectory ? copy.Destination + "/" : copy.Destination;
        bool isRepeatable = true;
        foreach (CopyItem item in items)
        {
            if (item.MayUnpack && item.Source.Node.Status.Type == FileType.Regular && Unpack(item, rootfs, owner, mode, destination, newest, token))
            {
                continue;
            }

            TreeCopier copier = new(item.Tree, rootfs, owner, mode, newest, token);
            copier.Copy(item.Source, destination);
            isRepeatable &= !copier.SawChange;
        }

        using SourceTree none = new(new BuildContext(Files.Open(staged.Empty, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY), IgnoreRules.None), Owners.Root);
        TreeCopier writer = new(none, rootfs, owner, mode, newest, token);
        foreach (Dockerfiles.Heredoc heredoc in copy.Heredocs)
        {
            writer.Write(heredoc, destination);
        }

        return isRepeatable;
    }

    // False where the file is no archive.
    private bool Unpack(CopyItem item, Rootfs rootfs, Ownership? owner, ModeChange? mode, string destination, long newest, CancellationToken token)
    {
        using SafeFileHandle file = item.Tree.Files.OpenFile(item.Source.Node);
        if (archives.TryUnpack(file, token) is not { } folder)
        {
            return false;
        }

        using SourceTree tree = new(new BuildContext(Files.Open(folder, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY), IgnoreRules.None), Owners.Kept);
        TreeCopier copier = new(tree, rootfs, owner, mode, newest, token);
        copier.Copy(tree.Find("/", [], parents: false)[0], destination.EndsWith('/') ? destination : destination + "/");
        return true;
    }
}
