using Brig.Builds.Context;
using Brig.Builds.Plan;
using Brig.Builds.Sources;

namespace Brig.Builds.Graph;

/// <summary>The latest time of anything that a build reads: files of contexts that its steps take, and base images.</summary>
internal static class NewestInput
{
    internal static DateTimeOffset Of(IEnumerable<StageNode> stages)
    {
        DateTimeOffset newest = DateTimeOffset.UnixEpoch;
        foreach (StageNode stage in stages)
        {
            foreach (Origin origin in stage.Origins.Values.Append(stage.Base))
            {
                if (origin is Origin.OfImage { Image.Created: { } created } && created > newest)
                {
                    newest = created;
                }
            }

            foreach (PlannedStep step in stage.Plan.Steps)
            {
                newest = Later(newest, Of(step, stage));
            }
        }

        return newest;
    }

    private static DateTimeOffset Of(PlannedStep step, StageNode stage)
    {
        DateTimeOffset newest = DateTimeOffset.UnixEpoch;
        switch (step)
        {
            case CopyStep copy when stage.Origins[copy.From ?? ""] is Origin.OfFolder { Tree: var tree }:
                foreach (string source in copy.Sources.Where(source => !(copy.IsAdd && RemoteAddress.IsRemote(source))))
                {
                    newest = Later(newest, Newest(tree, source, copy.Excludes, copy.Parents));
                }

                break;
            case RunStep run:
                foreach (RunMount mount in run.Mounts.Where(mount => mount.Kind == RunMountKind.Bind))
                {
                    if (stage.Origins[mount.From ?? ""] is Origin.OfFolder { Tree: var folder })
                    {
                        newest = Later(newest, Newest(folder, "/" + mount.Source, [], parents: false));
                    }
                }

                break;
        }

        return newest;
    }

    private static DateTimeOffset Newest(SourceTree tree, string source, IReadOnlyList<string> excludes, bool parents)
    {
        try
        {
            IReadOnlyList<ContextSource> found = tree.Find(source, excludes, parents);
            return found.Count == 0 ? DateTimeOffset.UnixEpoch : DateTimeOffset.UnixEpoch.AddTicks(found.Max(one => SourceTree.NewestOf(one.Node)) / 100);
        }
        catch (BrigException)
        {
            return DateTimeOffset.UnixEpoch; // the step that takes it will say so, in its place
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
