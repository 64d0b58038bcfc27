namespace Brig.Containers.Statistics;

/// <summary>What a running container has taken so far, and takes now. Bytes and nanoseconds.</summary>
/// <param name="At">When it was looked at.</param>
/// <param name="Memory">Without the file pages that can be dropped at once (semantics.md 112).</param>
/// <param name="MemoryLimit">Its own, or all that the machine has.</param>
public sealed record ContainerSample(
    DateTimeOffset At, long CpuNanoseconds, long Memory, long MemoryLimit, long Processes, long NetworkReceived, long NetworkSent, long BlockRead, long BlockWritten);
