using Brig.Linux;

namespace Brig.Cli;

/// <summary>The name that this program was started by, which tells a link from the program itself.</summary>
internal static class CalledAs
{
    internal static string Name => Files.TryReadText("/proc/self/cmdline")?.Split('\0')[0] ?? "";
}
