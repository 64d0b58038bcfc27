using Brig.Cli.Flags;
using Brig.Containers.Devices;

namespace Brig.Cli.Commands.Builders;

/// <summary><c>buildx inspect</c>: the one builder that there is, with the platforms and devices that its steps may use.</summary>
internal static class BuilderInspectCommand
{
    public static CommandDefinition Definition => new("inspect", "[OPTIONS] [NAME]", "Inspect current builder instance", Run);

    private static int Run(Invocation call)
    {
        call.Flags.Bool("bootstrap", "Ensure builder has booted before inspecting (it is there whenever it is needed)");
        IReadOnlyList<string> words = call.Parse(Arity.Between(0, 1));
        TheBuilder.Check(words);
        call.Output.WriteLine($"Name:          {TheBuilder.Name}\nDriver:        brig\n\nNodes:\nName:          {TheBuilder.Name}\nEndpoint:      {TheBuilder.Name}\nStatus:        running\nBrig version:  {call.Program.Version}");
        call.Output.WriteLine($"Platforms:     {string.Join(", ", TheBuilder.Platforms())}");
        IReadOnlyList<(string Name, bool IsAllowed)> devices = CdiRegistry.Open(CdiRegistry.Folders).All;
        if (devices.Count > 0)
        {
            call.Output.WriteLine("Devices:");
            foreach ((string name, bool isAllowed) in devices)
            {
                call.Output.WriteLine($" Name:                  {name}\n Automatically allowed: {(isAllowed ? "true" : "false")}");
            }
        }

        return 0;
    }
}
