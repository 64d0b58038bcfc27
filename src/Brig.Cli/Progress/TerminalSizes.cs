using Brig.Linux;

namespace Brig.Cli.Progress;

/// <summary>The size of the terminal behind a descriptor, asked anew each time, since people resize windows.</summary>
internal static class TerminalSizes
{
    /// <summary>Null where the descriptor is no terminal.</summary>
    public static Func<TerminalSize>? Of(int descriptor) => Terminal.TrySize(descriptor) is null
        ? null
        : () => Terminal.TrySize(descriptor) is { Columns: > 0 } size ? new TerminalSize(size.Columns, size.Rows) : new TerminalSize(80, 24);
}
