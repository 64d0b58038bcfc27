using Brig.Images.Registry;
using Brig.Cli.Flags;

namespace Brig.Cli.Commands.Registry;

/// <summary>The way to registries as a command line means it.</summary>
internal static class RegistryAccess
{
    /// <param name="call">The global flag names registries that need no certificate.</param>
    /// <param name="insecure">More of them.</param>
    public static Registries Open(Invocation call, params IEnumerable<string> insecure) => new(
        RegistrySettings.OfUser() with { Insecure = [.. call.Globals.Insecure.Values, .. insecure] });
}
