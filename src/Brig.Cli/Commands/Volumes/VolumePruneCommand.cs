using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Containers;
using Brig.Containers.Volumes;
using Brig.Linux;

namespace Brig.Cli.Commands.Volumes;

internal static class VolumePruneCommand
{
    public static CommandDefinition Definition => new("prune", "[OPTIONS]", "Remove unused local volumes", Run);

    private static int Run(Invocation call)
    {
        BoolFlag all = call.Flags.Bool("all", 'a', "Remove all unused volumes, not just anonymous ones");
        ListFlag filters = call.Flags.List("filter", "filter", "Provide filter values (e.g. \"label=<label>\")");
        BoolFlag force = call.Flags.Bool("force", 'f', "Do not prompt for confirmation");
        call.Parse(Arity.None);
        VolumeFilters chosen = new(filters.Values, "all", "label", "label!");
        bool every = all.Value || chosen.All;
        if (!force.Value && !Confirmation.Ask(call, $"WARNING! This will remove {(every ? "all" : "anonymous")} local volumes not used by at least one container."))
        {
            return 0;
        }

        using Engine engine = Engines.Open(call);
        List<string> deleted = [];
        long freed = 0;
        foreach (Volume volume in chosen.Choose(engine.Volumes).Where(volume => (every || volume.IsAnonymous) && engine.Volumes.UsersOf(volume.Name).Count == 0))
        {
            try
            {
                long size = Trees.Size(engine.Volumes.PathOf(volume.Name));
                engine.Volumes.Remove(volume.Name);
                freed += size;
                deleted.Add(volume.Name);
            }
            catch (BrigException error) when (error.Kind is ErrorKind.Conflict or ErrorKind.NotFound)
            {
                // Used or removed by somebody else meanwhile.
            }
        }

        PrunedObjects.Print(call, "Volumes", deleted, freed);
        return 0;
    }
}
