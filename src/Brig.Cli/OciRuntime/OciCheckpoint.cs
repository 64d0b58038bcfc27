namespace Brig.Cli.OciRuntime;

/// <summary>The commands <c>checkpoint</c> and <c>restore</c>.</summary>
internal static class OciCheckpoint
{
    internal static int Checkpoint(OciCall call) => throw BrigException.Unsupported($"{call.Name}: not in this version");

    internal static int Restore(OciCall call) => throw BrigException.Unsupported($"{call.Name}: not in this version");
}
