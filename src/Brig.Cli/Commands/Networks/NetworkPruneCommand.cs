using Brig.Cli.Commands.Registry;
using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Networks;

namespace Brig.Cli.Commands.Networks;

internal static class NetworkPruneCommand
{
    public static CommandDefinition Definition => new("prune", "[OPTIONS]", "Remove all unused networks", Run);

    private static int Run(Invocation call)
    {
        ListFlag filters = call.Flags.List("filter", "filter", "Provide filter values (e.g. \"until=<timestamp>\")");
        BoolFlag force = call.Flags.Bool("force", 'f', "Do not prompt for confirmation");
        call.Parse(Arity.None);
        NetworkFilters wanted = new(filters.Values, "label", "label!", "until");
        if (!force.Value)
        {
            call.Output.Write("WARNING! This will remove all custom networks not used by at least one container.\nAre you sure you want to continue? [y/N] ");
            call.Output.Flush();
            if (Prompt.Line() is not ("y" or "Y"))
            {
                return 0;
            }
        }

        using Engine engine = Engines.Open(call);
        HashSet<string> used = NetworkUse.Of(engine);
        engine.Networks.RemoveIdle();
        List<string> removed = [];
        foreach (Network network in engine.Networks.Definitions.All().Where(network => !network.IsPredefined && !network.ConfigOnly && !used.Contains(network.Name) && wanted.Fit(network, _ => false, engine.Time.GetUtcNow())))
        {
            try
            {
                engine.Networks.Definitions.Remove(network);
                removed.Add(network.Name);
            }
            catch (BrigException error) when (error.Kind == ErrorKind.PermissionDenied)
            {
                // A container came into it meanwhile.
            }
        }

        if (removed.Count > 0)
        {
            call.Output.WriteLine("Deleted Networks:\n" + string.Join('\n', removed) + "\n");
        }

        return 0;
    }
}
