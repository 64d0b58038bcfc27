using Brig.Containers;
using Brig.Containers.Statistics;

namespace Brig.Cli.Commands.Containers;

/// <summary>A line of <c>stats</c>: a container at two moments, either null where it did not run.</summary>
internal sealed record StatsRow(Container Container, ContainerSample? Before, ContainerSample? Now)
{
    /// <summary>Of one CPU, in percent; null where it does not run.</summary>
    public double? Cpu => Now is null ? null
        : Before is { } before && Now.At > before.At ? Math.Max(0, 100.0 * (Now.CpuNanoseconds - before.CpuNanoseconds) / ((Now.At - before.At).Ticks * 100))
        : 0;
}
