using Brig.Cli.Flags;

namespace Brig.Cli.Commands.Builders;

/// <summary><c>buildx ls</c>: the one builder that there is.</summary>
internal static class BuilderListCommand
{
    public static CommandDefinition Definition => new("ls", "[OPTIONS]", "List builder instances", Run);

    private static int Run(Invocation call)
    {
        call.Parse(Arity.None);
        string line = "{0,-16}{1,-18}{2,-10}{3,-12}{4}";
        call.Output.WriteLine(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, "NAME/NODE", "DRIVER/ENDPOINT", "STATUS", "BRIG", "PLATFORMS"));
        call.Output.WriteLine($"{TheBuilder.Name + "*",-16}brig");
        call.Output.WriteLine(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, @" \_ " + TheBuilder.Name, @" \_ " + TheBuilder.Name, "running", call.Program.Version, string.Join(", ", TheBuilder.Platforms())));
        return 0;
    }
}
