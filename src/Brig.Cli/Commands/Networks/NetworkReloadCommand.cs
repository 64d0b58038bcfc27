using Brig.Cli.Flags;
using Brig.Containers;

namespace Brig.Cli.Commands.Networks;

internal static class NetworkReloadCommand
{
    public static CommandDefinition Definition => new("reload", "", "Make bridges and firewall rules anew", Run)
    {
        Description = "Make bridges and firewall rules anew: after the host's firewall was reloaded and took Brig's table with it,\n"
            + "or a bridge was removed. Containers run on.",
    };

    private static int Run(Invocation call)
    {
        call.Parse(Arity.None);
        using Engine engine = Engines.Open(call);
        engine.Networks.Reload();
        return 0;
    }
}
