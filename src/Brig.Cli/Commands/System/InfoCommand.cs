using System.Text.Json.Nodes;
using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Containers;

namespace Brig.Cli.Commands.System;

internal static class InfoCommand
{
    public static CommandDefinition Definition => new("info", "[OPTIONS]", "Display system-wide information", Run);

    private static int Run(Invocation call)
    {
        StringFlag format = call.Flags.String("format", 'f', DocumentFormat.Usage);
        call.Parse(Arity.None);
        using Engine engine = Engines.Open(call);
        JsonObject info = InfoDocument.Of(engine, call.Program.Version);
        if (format.IsSet)
        {
            call.Output.Write(DocumentFormat.Write(info, format.Value));
            return 0;
        }

        call.Output.Write(Text(info));
        call.Output.Flush();
        foreach (JsonNode? warning in info["Warnings"]!.AsArray())
        {
            call.Error.WriteLine(warning!.GetValue<string>());
        }

        return 0;
    }

    internal static string Text(JsonObject info)
    {
        info = (JsonObject)info.DeepClone();
        info["Memory"] = Sizes.Binary(info["MemTotal"]!.GetValue<long>());
        return DocumentFormat.Write(info, """
            Client:
             Version:    {{.ServerVersion}}

            Server:
             Containers: {{.Containers}}
              Running: {{.ContainersRunning}}
              Paused: {{.ContainersPaused}}
              Stopped: {{.ContainersStopped}}
             Images: {{.Images}}
             Server Version: {{.ServerVersion}}
             Storage Driver: {{.Driver}}{{range .DriverStatus}}
              {{index . 0}}: {{index . 1}}{{end}}
             Logging Driver: {{.LoggingDriver}}
             Cgroup Driver: {{.CgroupDriver}}
             Cgroup Version: {{.CgroupVersion}}
             Cgroup Mode: {{.CgroupMode}}
             Cgroup Controllers: {{join .CgroupControllers " "}}
             Plugins:
              Volume: {{join .Plugins.Volume " "}}
              Network: {{join .Plugins.Network " "}}
              Log: {{join .Plugins.Log " "}}
             Network Backend: {{.NetworkBackend}}
             Security Options:{{range .SecurityOptions}}
              {{.}}{{end}}
             User Namespaces: {{.UserNamespaces}}
             AppArmor: {{.AppArmor}}
             SELinux: {{.SELinux}}
             Kernel Version: {{.KernelVersion}}
             Operating System: {{.OperatingSystem}}
             OSType: {{.OSType}}
             Architecture: {{.Architecture}}
             CPUs: {{.NCPU}}
             Total Memory: {{.Memory}}
             Name: {{.Name}}
             Brig Root Dir: {{.DockerRootDir}}
             Brig Run Dir: {{.RunRoot}}
            """);
    }
}
