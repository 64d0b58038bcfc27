using System.Text.Json.Nodes;
using Brig.Cli.Flags;
using Brig.Oci;

namespace Brig.Cli.Commands.System;

internal static class VersionCommand
{
    public static CommandDefinition Definition => new("version", "[OPTIONS]", "Show the Brig version information", Run);

    private static int Run(Invocation call)
    {
        StringFlag format = call.Flags.String("format", 'f', DocumentFormat.Usage);
        call.Parse(Arity.None);
        JsonObject version = Document(call.Program.Version);
        call.Output.Write(format.IsSet ? DocumentFormat.Write(version, format.Value) : Text(version));
        return 0;
    }

    /// <summary>Client and engine are one program; both are told, as scripts ask for either.</summary>
    internal static JsonObject Document(string version) => new()
    {
        ["Client"] = Part(version),
        ["Server"] = Part(version, ("Platform", new JsonObject { ["Name"] = "Brig" }), ("KernelVersion", HostFacts.Kernel)),
    };

    private static JsonObject Part(string version, params ReadOnlySpan<(string Name, JsonNode Value)> more)
    {
        JsonObject part = new() { ["Version"] = version, ["Runtime"] = $".NET {Environment.Version}", ["Os"] = Platform.Host.Os, ["Arch"] = Platform.Host.Architecture };
        foreach ((string name, JsonNode value) in more)
        {
            part[name] = value;
        }

        return part;
    }

    private static string Text(JsonObject version) => DocumentFormat.Write(version, """
        Client: Brig
         Version:           {{.Client.Version}}
         Runtime:           {{.Client.Runtime}}
         OS/Arch:           {{.Client.Os}}/{{.Client.Arch}}

        Server: Brig
         Engine:
          Version:          {{.Server.Version}}
          OS/Arch:          {{.Server.Os}}/{{.Server.Arch}}
          Kernel Version:   {{.Server.KernelVersion}}
        """);
}
