using Brig.Cli.Flags;
using Brig.Containers;
using Brig.State;

namespace Brig.Cli.Commands;

/// <summary>Opens the engine that a command line means.</summary>
internal static class Engines
{
    public static StateRoot Root(Invocation call) => new(
        Choose(call.Globals.Root.Value, "BRIG_ROOT", "/var/lib/brig"),
        Choose(call.Globals.RunRoot.Value, "BRIG_RUN_ROOT", "/run/brig"));

    public static Engine Open(Invocation call)
    {
        StateRoot root = Root(call);
        return Environment.IsPrivilegedProcess
            ? Engine.Open(root, TimeProvider.System)
            : throw new BrigException(ErrorKind.PermissionDenied, $"permission denied: {root.Root} belongs to root (run it with sudo)");
    }

    private static string Choose(string flag, string variable, string fallback) =>
        Path.GetFullPath(flag.Length > 0 ? flag : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : fallback);
}
