namespace Brig.Builds.Context;

/// <summary>One thing that a COPY source named. <paramref name="Name"/> is its last part as it was written: a link's own, not its target's.</summary>
internal sealed record ContextSource(string Name, ContextNode Node);
