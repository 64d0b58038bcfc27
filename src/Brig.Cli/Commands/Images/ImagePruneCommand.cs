using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Containers;
using Brig.Images;

namespace Brig.Cli.Commands.Images;

internal static class ImagePruneCommand
{
    public static CommandDefinition Definition => new("prune", "[OPTIONS]", "Remove unused images", Run);

    private static int Run(Invocation call)
    {
        BoolFlag all = call.Flags.Bool("all", 'a', "Remove all unused images, not just dangling ones");
        ListFlag filters = call.Flags.List("filter", "filter", "Provide filter values (e.g. \"until=<timestamp>\")");
        BoolFlag force = call.Flags.Bool("force", 'f', "Do not prompt for confirmation");
        call.Parse(Arity.None);
        using Engine engine = Engines.Open(call);
        PruneFilters chosen = new(filters.Values, engine.Time);
        bool unused = chosen.Dangling is { } dangling ? !dangling : all.Value;
        string warning = unused ? "WARNING! This will remove all images without at least one container associated to them." : "WARNING! This will remove all dangling images.";
        if (!force.Value && !Confirmation.Ask(call, warning))
        {
            return 0;
        }

        PruneResult result = engine.Images.Prune(unused ? PruneScope.Unused : PruneScope.Dangling, chosen.Chooses);
        if (result.Items.Count > 0)
        {
            call.Output.WriteLine("Deleted Images:");
            foreach (RemovedItem item in result.Items)
            {
                call.Output.WriteLine(item.ToString().Replace("Untagged:", "untagged:", StringComparison.Ordinal).Replace("Deleted:", "deleted:", StringComparison.Ordinal));
            }

            call.Output.WriteLine();
        }

        call.Output.WriteLine($"Total reclaimed space: {Sizes.Human(result.Reclaimed)}");
        return 0;
    }
}
