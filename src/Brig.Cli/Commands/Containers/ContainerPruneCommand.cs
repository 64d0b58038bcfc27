using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Containers;
using Brig.Containers.Verbs;
using Brig.Containers.Volumes;

namespace Brig.Cli.Commands.Containers;

internal static class ContainerPruneCommand
{
    public static CommandDefinition Definition => new("prune", "[OPTIONS]", "Remove all stopped containers", Run);

    private static int Run(Invocation call)
    {
        ListFlag filters = call.Flags.List("filter", "filter", "Provide filter values (e.g. \"until=<timestamp>\")");
        BoolFlag force = call.Flags.Bool("force", 'f', "Do not prompt for confirmation");
        call.Parse(Arity.None);
        ILookup<string, string> wanted = filters.Values.Select(filter => FilterText.Split(filter, ["label", "label!", "until"])).ToLookup(pair => pair.Key, pair => pair.Value);
        DateTimeOffset until = wanted["until"].Select(text => TimeText.Parse(text, TimeProvider.System)).Append(DateTimeOffset.MaxValue).Min();
        if (!force.Value && !Confirmation.Ask(call, "WARNING! This will remove all stopped containers."))
        {
            return 0;
        }

        using Engine engine = Engines.Open(call);
        List<string> deleted = [];
        long freed = 0;
        foreach (Container container in engine.Containers().Where(container =>
            container is { Status: ContainerStatus.Created or ContainerStatus.Exited, IsStarting: false, Specification.Step: null } && container.Created <= until
            && wanted["label"].All(label => FilterText.HasLabel(container.Specification.Labels, label)) && !wanted["label!"].Any(label => FilterText.HasLabel(container.Specification.Labels, label))))
        {
            try
            {
                long size = ContainerSize.Of(container, engine).Written;
                new RemoveContainer(engine).Run(container, RemovalForce.Refuse, AnonymousVolumes.Keep);
                freed += size;
                deleted.Add(container.Id.Value);
            }
            catch (BrigException error) when (error.Kind == ErrorKind.Conflict)
            {
                // Started by somebody meanwhile.
            }
        }

        PrunedObjects.Print(call, "Containers", deleted, freed);
        return 0;
    }
}
