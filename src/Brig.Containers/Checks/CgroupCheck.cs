using System.Buffers;
using Brig.Containers.Monitor;
using Brig.Images;
using Brig.Linux;

namespace Brig.Containers.Checks;

/// <summary>Looks for cgroups that no container has any more. Those of other roots have another parent.</summary>
internal sealed class CgroupCheck(Engine engine, Monitors monitors)
{
    private const int IdLength = 64;
    private const int ShownLength = 12;
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdef");

    private readonly CgroupHost _host = CgroupHost.Detect();

    internal IReadOnlyList<CheckFinding> Run(CheckMode mode)
    {
        List<CheckFinding> findings = [];
        string parent = engine.Root.KernelName;

        // A monitor is there before its cgroup: one that is seen first and has no monitor after that is left over.
        foreach (string id in _host.Children(parent).Where(name => name.Length == IdLength && !name.AsSpan().ContainsAnyExcept(s_hexDigits) && !monitors.Has(name)))
        {
            Cgroup cgroup = _host.Open($"{parent}/{id}");
            if (!Exists(cgroup))
            {
                continue; // taken back meanwhile
            }

            if (mode == CheckMode.Repair)
            {
                CgroupRemoval.Run(cgroup);
            }

            findings.Add(new CheckFinding($"cgroup {parent}/{id[..ShownLength]} belongs to no running container", mode == CheckMode.Repair && !Exists(cgroup)));
        }

        return findings;
    }

    private bool Exists(Cgroup cgroup) => _host.Hierarchies.Any(hierarchy => Files.TryStat(null, Path.Combine(hierarchy.MountPoint, cgroup.Name)) is not null);
}
