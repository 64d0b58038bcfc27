using Brig.Linux;

namespace Brig.Containers.Verbs;

/// <summary>Holds a container's processes still until it is disposed. One that somebody paused already stays so.</summary>
internal sealed class Pause : IDisposable
{
    private readonly Cgroup _cgroup;
    private readonly bool _ours;

    private Pause(Cgroup cgroup, bool ours) => (_cgroup, _ours) = (cgroup, ours);

    /// <summary>Throws Unsupported where the machine has no freezer.</summary>
    internal static Pause Of(Container container)
    {
        Cgroup cgroup = CgroupHost.Detect().Open("brig/" + container.Id);
        bool ours = !cgroup.IsFrozen;
        try
        {
            return !ours || cgroup.Freeze(FreezerState.Frozen)
                ? new Pause(cgroup, ours)
                : throw BrigException.Unsupported($"pause {container.Name}: this machine has no cgroup freezer (use --no-pause)");
        }
        catch (LinuxException gone) when (gone.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            return new Pause(cgroup, ours: false); // it ended meanwhile, and nothing of it runs
        }
    }

    public void Dispose()
    {
        if (_ours)
        {
            try
            {
                _cgroup.Freeze(FreezerState.Thawed);
            }
            catch (LinuxException gone) when (gone.Errno is Errno.ENOENT or Errno.ENODEV)
            {
                // It was killed meanwhile.
            }
        }
    }
}
