using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Specifications;
using Brig.Containers.Verbs;
using Brig.Images;
using Brig.Oci;

namespace Brig.Cli.Commands.Containers;

internal static class CreateCommand
{
    public static CommandDefinition Definition => new("create", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a new container", Run);

    /// <summary>Makes the container that the flags ask for, its image pulled where it is missing.</summary>
    public static Container Create(Invocation call, Engine engine, ContainerFlags flags, ContainerSpecification specification)
    {
        Image image = ImageSupply.Get(call, engine, specification.Image, flags.Platform.IsSet ? PlatformChoice.Parse(flags.Platform.Value) : null, flags.Pull.Value, flags.Quiet.Value);
        if (flags.PublishAll.Value)
        {
            specification = specification with { Ports = [.. specification.Ports, .. (image.Config.Config?.ExposedPorts?.Keys ?? []).Concat(specification.ExposedPorts).Distinct()] };
        }

        if (flags.CidFile.IsSet && File.Exists(flags.CidFile.Value))
        {
            throw BrigException.Conflict($"container ID file found, make sure the other container isn't running or delete {flags.CidFile.Value}");
        }

        if (specification is { Network: "host", Ports.Count: > 0 })
        {
            call.Error.WriteLine("WARNING: Published ports are discarded when using host network mode");
        }

        Container container = new CreateContainer(engine).Run(specification, image, flags.Name.IsSet ? flags.Name.Value : null);
        if (flags.CidFile.IsSet)
        {
            File.WriteAllText(flags.CidFile.Value, container.Id.Value);
        }

        return container;
    }

    private static int Run(Invocation call)
    {
        call.Flags.Interspersed = false;
        ContainerFlags flags = new(call.Flags);
        IReadOnlyList<string> positional = call.Parse(Arity.AtLeast(1));
        using Engine engine = Engines.Open(call);
        call.Output.WriteLine(Create(call, engine, flags, flags.Specification(positional, attachesInput: false)).Id);
        return 0;
    }
}
