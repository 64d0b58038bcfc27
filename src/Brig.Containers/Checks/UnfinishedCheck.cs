using Brig.Images;
using Brig.Images.Usage;

namespace Brig.Containers.Checks;

/// <summary>Tells of work that did not end: what a killed process left in <c>staging/</c>, and what a pull has fetched for the next one to go on with.</summary>
internal sealed class UnfinishedCheck(Engine engine)
{
    internal IReadOnlyList<CheckFinding> Run(CheckMode mode)
    {
        IReadOnlyList<UnfinishedItem> items = engine.Images.Unfinished();
        bool repair = mode == CheckMode.Repair;
        List<CheckFinding> findings = [.. items.Where(item => item is { Kind: UnfinishedKind.Staging, State: UnfinishedState.Abandoned })
            .Select(item => new CheckFinding($"{Path.Combine(engine.Root.Staging, item.Name)} has no owner (the next pull, load or prune removes it)", repair) { IsLeftover = true })];
        if (repair && findings.Count > 0)
        {
            engine.Images.Layers.Reclaim();
        }

        UnfinishedItem[] kept = [.. items.Where(item => item.State == UnfinishedState.Kept)];
        if (kept.Length > 0)
        {
            findings.Add(new CheckFinding($"{kept.Sum(item => item.Size)} bytes of a pull that did not end are kept for a day (the next one goes on with them; brig image prune removes them)", false) { IsLeftover = true });
        }

        return findings;
    }
}
