using Brig.Cli.Commands.Images;
using Brig.Cli.Commands.Registry;
using Brig.Cli.Flags;
using Brig.Cli.Progress;
using Brig.Containers;
using Brig.Images.Registry;
using Brig.Images.Transfers;
using Brig.Oci;

namespace Brig.Cli.Commands.Containers;

/// <summary>A pull that another command needs, told on its error output.</summary>
internal static class Pulling
{
    public static PullResult Run(Invocation call, Engine engine, string name, Platform platform, bool quiet)
    {
        using Interruption interruption = new();
        using Registries registries = RegistryAccess.Open(call);
        return (quiet
            ? ImagePull.QuietlyAsync(engine, registries, name, PullScope.Of(platform), interruption.Token)
            : new ImagePull(engine, call.Error, TerminalSizes.Of(2)).RunAsync(registries, name, PullScope.Of(platform), interruption.Token)).GetAwaiter().GetResult();
    }
}
