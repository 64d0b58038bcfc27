using Brig.Linux;

namespace Brig.Runtime.Launch;

/// <summary>
/// One thing the child does: a system call, and what its answer means. Steps are made in the parent without touching
/// the kernel; the child only walks them.
/// </summary>
/// <param name="Operation">What an error message calls it, e.g. <c>mount</c>.</param>
/// <param name="Subject">What it is done to, as the user knows it, e.g. <c>/proc</c>.</param>
internal sealed record LaunchStep(string Operation, string? Subject, int Number, LaunchArgument[] Arguments)
{
    /// <summary>Pseudo call: one byte is awaited on the descriptor; the end of it means that the parent gave up.</summary>
    internal const int Await = -1;

    /// <summary>Pseudo call: every signal's disposition becomes the default.</summary>
    internal const int ResetSignals = -2;

    /// <summary>Where the result is kept for later steps; -1 for nowhere.</summary>
    internal int Slot { get; init; } = -1;

    /// <summary>Answers that are no failure: the walk goes on at <see cref="Otherwise"/>.</summary>
    internal Errno[] Tolerated { get; init; } = [];

    /// <summary>How many steps to skip after a tolerated failure.</summary>
    internal int Otherwise { get; init; }

    /// <summary>How many steps to skip after success.</summary>
    internal int Then { get; init; }

    /// <summary>A tolerated failure with this number is remembered and reported if the walk fails later with ENOENT: what a search of PATH answers.</summary>
    internal bool Remember { get; init; }

    public override string ToString() => $"{Operation}({string.Join(", ", Arguments)})"
        + (Slot < 0 ? "" : $" = ${Slot}")
        + (Tolerated.Length == 0 ? "" : $" unless {string.Join('|', Tolerated)}")
        + (Subject is null ? "" : $"   # {Subject}");
}
