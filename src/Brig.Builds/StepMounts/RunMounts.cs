using System.Text;
using Brig.Builds.Execution;
using Brig.Builds.Plan;
using Brig.Containers.Steps;
using Brig.Linux;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.StepMounts;

/// <summary>
/// The mounts of one RUN while it runs: caches are locked, secrets stand in files below the run root (a tmpfs on most machines), the
/// agent has a socket. All of it goes when disposed.
/// </summary>
internal sealed class RunMounts : IDisposable
{
    private readonly List<IDisposable> _held = [];
    private readonly List<StepMount> _mounts = [];
    private readonly List<string> _variables = [];
    private readonly List<string> _secretVariables = [];
    private readonly StateRoot _root;
    private readonly StagedLayer _staged;
    private readonly StepInputs _inputs;
    private string? _folder;

    private RunMounts(StateRoot root, StagedLayer staged, StepInputs inputs) => (_root, _staged, _inputs) = (root, staged, inputs);

    internal IReadOnlyList<StepMount> List => _mounts;

    /// <summary>Variables that the mounts bring, each <c>NAME=value</c>.</summary>
    internal IReadOnlyList<string> Variables => _variables;

    /// <summary>A file of variables that are secrets; null for none.</summary>
    internal string? EnvironmentFile { get; private set; }

    /// <summary>Prepares the mounts; may wait for a locked cache.</summary>
    /// <param name="root">Where caches and secrets stand.</param>
    /// <param name="run">The instruction.</param>
    /// <param name="staged">The step's layer.</param>
    /// <param name="inputs">What the user gave the build.</param>
    /// <param name="lowersOf">The directories of the layers that a bind mount or a cache's first content comes from.</param>
    internal static RunMounts Prepare(StateRoot root, RunStep run, StagedLayer staged, StepInputs inputs, Func<RunMount, IReadOnlyList<string>> lowersOf)
    {
        RunMounts mounts = new(root, staged, inputs);
        try
        {
            foreach (RunMount mount in run.Mounts)
            {
                mounts.Add(mount, lowersOf);
            }

            mounts.WriteVariables();
            return mounts;
        }
        catch
        {
            mounts.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (IDisposable held in _held)
        {
            held.Dispose();
        }

        if (_folder is not null)
        {
            Trees.Remove(null, _folder);
        }
    }

    private void Add(RunMount mount, Func<RunMount, IReadOnlyList<string>> lowersOf)
    {
        switch (mount.Kind)
        {
            case RunMountKind.Bind:
                (string Upper, string Work)? scratch = mount.ReadOnly ? null : _staged.Scratch();
                _mounts.Add(new StepMount { Target = mount.Target, Lowers = lowersOf(mount), Path = mount.Source, Upper = scratch?.Upper, Work = scratch?.Work, ReadOnly = mount.ReadOnly });
                break;
            case RunMountKind.Cache:
                CacheMountUse use = _inputs.Caches.Use(_inputs.CacheNamespace, mount.Id, mount.Target, mount.Sharing, mount.Mode, mount.Uid, mount.Gid, mount.From is null ? null : place => Fill(place, mount, lowersOf(mount)));
                _held.Add(use);
                _mounts.Add(new StepMount { Target = mount.Target, Source = use.Path, ReadOnly = mount.ReadOnly });
                break;
            case RunMountKind.Tmpfs:
                _mounts.Add(new StepMount { Target = mount.Target, Size = mount.Size });
                break;
            case RunMountKind.Secret:
                Secret(mount);
                break;
            case RunMountKind.Ssh:
                Agent(mount);
                break;
        }
    }

    private static void Fill(string place, RunMount mount, IReadOnlyList<string> lowers)
    {
        using SafeFileHandle view = Linux.Mounts.Overlay(lowers, null, null);
        using SafeFileHandle source = Files.TryOpenIn(view, mount.Source.Length == 0 ? "." : mount.Source, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, Resolve.RESOLVE_IN_ROOT | Resolve.RESOLVE_NO_MAGICLINKS, out _)
            ?? throw BrigException.NotFound($"\"/{Oci.Text.Quote(mount.Source)}\": not found");
        using SafeFileHandle target = Files.Open(place, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        Trees.Copy(source, target);
    }

    private void Secret(RunMount mount)
    {
        byte[]? value = _inputs.Secrets.GetValueOrDefault(mount.Id)?.Read();
        if (value is null)
        {
            if (mount.Required)
            {
                throw BrigException.NotFound($"secret {Oci.Text.Quote(mount.Id)}: not found (give it with --secret id={Oci.Text.Quote(mount.Id)},src=FILE)");
            }

            return;
        }

        if (mount.Variable is not null)
        {
            _secretVariables.Add($"{mount.Variable}={Encoding.UTF8.GetString(value)}");
        }

        if (mount.Target.Length > 0)
        {
            string path = Path.Combine(Folder(), $"secret-{_mounts.Count}");
            using (SafeFileHandle file = Files.Open(path, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0x180))
            {
                Files.WriteAll(file, value);
                Files.ChangeOwner(file, mount.Uid, mount.Gid);
                Files.ChangeMode(file, mount.Mode);
            }

            _mounts.Add(new StepMount { Target = mount.Target, Source = path, ReadOnly = true });
        }
    }

    private void Agent(RunMount mount)
    {
        if (!_inputs.Agents.TryGetValue(mount.Id, out string? socket))
        {
            if (mount.Required)
            {
                throw BrigException.NotFound($"unset ssh forward key {Oci.Text.Quote(mount.Id)} (give it with --ssh {Oci.Text.Quote(mount.Id)})");
            }

            return;
        }

        SshProxy proxy = new(socket, Path.Combine(Folder(), $"agent-{_mounts.Count}"), mount.Mode, mount.Uid, mount.Gid);
        _held.Add(proxy);
        _mounts.Add(new StepMount { Target = mount.Target, Source = proxy.Path });
        if (!_variables.Exists(variable => variable.StartsWith("SSH_AUTH_SOCK=", StringComparison.Ordinal)))
        {
            _variables.Add("SSH_AUTH_SOCK=" + mount.Target);
        }
    }

    private void WriteVariables()
    {
        if (_secretVariables.Count > 0)
        {
            EnvironmentFile = Path.Combine(Folder(), "environment");
            using SafeFileHandle file = Files.Open(EnvironmentFile, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0x180);
            Files.WriteAll(file, Encoding.UTF8.GetBytes(string.Concat(_secretVariables.Select(variable => variable + "\0"))));
        }
    }

    private string Folder()
    {
        if (_folder is null)
        {
            (_folder, SafeFileHandle held) = SecretFolders.Make(_root);
            _held.Add(held);
        }

        return _folder;
    }
}
