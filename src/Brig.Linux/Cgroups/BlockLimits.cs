namespace Brig.Linux;

/// <summary>Weights (10 to 1000) and rates of block devices, a device as <c>major:minor</c>.</summary>
public sealed record BlockLimits
{
    public ushort? Weight { get; init; }

    public ushort? LeafWeight { get; init; }

    public IReadOnlyList<(string Device, ushort? Weight, ushort? LeafWeight)> DeviceWeights { get; init; } = [];

    /// <summary>Bytes a second.</summary>
    public IReadOnlyList<(string Device, ulong Rate)> ReadBytes { get; init; } = [];

    public IReadOnlyList<(string Device, ulong Rate)> WriteBytes { get; init; } = [];

    /// <summary>Operations a second.</summary>
    public IReadOnlyList<(string Device, ulong Rate)> ReadOperations { get; init; } = [];

    public IReadOnlyList<(string Device, ulong Rate)> WriteOperations { get; init; } = [];

    /// <summary>10 to 1000 of v1 as 1 to 10000 of v2 (the kernel's documents: both are linear).</summary>
    public static int WeightOf(ushort legacy) => 1 + ((legacy - 10) * 9999 / 990);
}
