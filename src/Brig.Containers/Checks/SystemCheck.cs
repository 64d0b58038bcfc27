using Brig.Containers.Monitor;
using Brig.Images;

namespace Brig.Containers.Checks;

/// <summary>
/// Looks for what killed processes left: containers, sockets, cgroups, addresses, rules, layers. Safe beside anything else that goes on;
/// what somebody is at work on is passed over.
/// </summary>
public sealed class SystemCheck(Engine engine)
{
    /// <summary>The findings, each put right as far as the mode and its nature allow.</summary>
    public IReadOnlyList<CheckFinding> Run(CheckMode mode, CheckDepth depth = CheckDepth.Full)
    {
        Monitors monitors = new();

        // Containers first: a container that is settled gives back what the later checks would find.
        return
        [
            .. new ContainerCheck(engine, monitors).Run(mode),
            .. new CgroupCheck(engine, monitors).Run(mode),
            .. Network(monitors, mode),
            .. new UnfinishedCheck(engine).Run(mode),
            .. new ImageUseCheck(engine).Run(mode),
            .. engine.Images.Check(mode, depth),
        ];
    }

    private List<CheckFinding> Network(Monitors monitors, CheckMode mode)
    {
        List<CheckFinding> findings = [.. engine.Networks.Orphans(monitors.Has).Select(orphan => new CheckFinding(orphan, mode == CheckMode.Repair))];
        if (mode == CheckMode.Repair)
        {
            engine.Networks.Repair(monitors.Has);
        }

        return findings;
    }
}
