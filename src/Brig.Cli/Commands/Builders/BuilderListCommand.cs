using Brig.Cli.Flags;

namespace Brig.Cli.Commands.Builders;

/// <summary><c>buildx ls</c>: the one builder that there is.</summary>
internal static class BuilderListCommand
{
    public static CommandDefinition Definition => new("ls", "[OPTIONS]", "List builder instances", Run);

    private static int Run(Invocation call)
    {
        call.Parse(Arity.None);
        foreach ((string name, string driver, string status, string version, string platforms) in (ReadOnlySpan<(string, string, string, string, string)>)
            [("NAME/NODE", "DRIVER/ENDPOINT", "STATUS", "BRIG", "PLATFORMS"), (TheBuilder.Name + "*", "brig", "", "", ""), (@" \_ " + TheBuilder.Name, @" \_ " + TheBuilder.Name, "running", call.Program.Version, string.Join(", ", TheBuilder.Platforms()))])
        {
            call.Output.WriteLine($"{name,-16}{driver,-18}{status,-10}{version,-10}{platforms}".TrimEnd());
        }

        return 0;
    }
}
