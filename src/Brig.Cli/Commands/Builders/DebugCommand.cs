using Brig.Cli.Commands.Images;
using Brig.Cli.Flags;

namespace Brig.Cli.Commands.Builders;

/// <summary><c>build debug</c>: a build that stops before a line and opens a shell there.</summary>
internal static class DebugCommand
{
    public static CommandDefinition Definition => new("debug", "[OPTIONS] --line LINE PATH | URL", "Build up to a line and open a shell there", call => BuildCommand.RunAsync(call, debug: true));
}
