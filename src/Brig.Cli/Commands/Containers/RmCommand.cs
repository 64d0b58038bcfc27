using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Verbs;
using Brig.Containers.Volumes;

namespace Brig.Cli.Commands.Containers;

internal static class RmCommand
{
    public static CommandDefinition Definition => new("rm", "[OPTIONS] CONTAINER [CONTAINER...]", "Remove one or more containers", Run);

    private static int Run(Invocation call)
    {
        BoolFlag force = call.Flags.Bool("force", 'f', "Force the removal of a running container (uses SIGKILL)");
        BoolFlag volumes = call.Flags.Bool("volumes", 'v', "Remove anonymous volumes associated with the container");
        IReadOnlyList<string> names = call.Parse(Arity.AtLeast(1));
        using Engine engine = Engines.Open(call);
        RemoveContainer remove = new(engine);
        return EachArgument.Run(call, names, name =>
        {
            if (force.Value && engine.TryContainer(name) is null)
            {
                // With --force a missing container is an error line but no failure, as with Docker.
                call.Error.WriteLine($"brig: No such container: {Oci.Text.Quote(name)}");
                return;
            }

            remove.Run(engine.Container(name), force.Value ? RemovalForce.Kill : RemovalForce.Refuse, volumes.Value ? AnonymousVolumes.Remove : AnonymousVolumes.Keep);
            call.Output.WriteLine(name);
        });
    }
}
