using System.Buffers;
using Brig.Containers.Monitor;
using Brig.Images;
using Brig.Linux;

namespace Brig.Containers.Checks;

/// <summary>
/// Looks for cgroups that no container has any more. All roots of a machine have theirs below <c>brig/</c>: one whose ID this root
/// does not know is left over only where no monitor of any root has that ID, nobody is in it, and it is older than a minute
/// (a monitor in a pid namespace that cannot be seen from here would have put somebody into it by then).
/// </summary>
internal sealed class CgroupCheck(Engine engine, Monitors monitors)
{
    private const string Parent = "brig";
    private const int IdLength = 64;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdef");

    private readonly CgroupHost _host = CgroupHost.Detect();

    internal IReadOnlyList<CheckFinding> Run(CheckMode mode)
    {
        List<CheckFinding> findings = [];

        // A monitor is there before its cgroup: one that is seen first and has no monitor after that is left over.
        foreach (string id in _host.Children(Parent).Where(name => name.Length == IdLength && !name.AsSpan().ContainsAnyExcept(s_hexDigits) && !monitors.Has(name)))
        {
            Cgroup cgroup = _host.Open($"{Parent}/{id}");
            bool ours = engine.Table.ById(new ContainerId(id)) is not null;
            if (Made(cgroup.Name) is not { } made || (!ours && (cgroup.Processes().Count > 0 || engine.Time.GetUtcNow() - made < s_patience)))
            {
                continue;
            }

            bool repair = mode == CheckMode.Repair;
            if (repair && ours)
            {
                CgroupRemoval.Run(cgroup);
            }

            findings.Add(new CheckFinding($"cgroup {cgroup.Name[..(Parent.Length + 13)]} belongs to no running container", repair && (ours ? Made(cgroup.Name) is null : cgroup.TryRemove())));
        }

        return findings;
    }

    /// <summary>When the last of its directories was made; null where there is none.</summary>
    private DateTimeOffset? Made(string name) => _host.Hierarchies
        .Select(hierarchy => Files.TryStat(null, Path.Combine(hierarchy.MountPoint, name)))
        .Select(status => status is { } there ? DateTimeOffset.UnixEpoch.AddTicks(there.ModifiedNanoseconds / 100) : (DateTimeOffset?)null)
        .Max();
}
