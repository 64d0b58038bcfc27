namespace Brig.Builds.Context;

/// <summary>
/// One thing that a COPY source named. <paramref name="Name"/> is its last part as it was written: a link's own, not its target's.
/// <paramref name="Kept"/> is the path that <c>--parents</c> keeps, with the directories on the way to it; empty without.
/// </summary>
internal sealed record ContextSource(string Name, ContextNode Node, string Kept = "", IReadOnlyList<ContextNode>? Above = null);
