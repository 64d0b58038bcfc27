namespace Brig.Runtime.Checkpoints;

/// <summary>What a checkpoint and its restoration both must be told.</summary>
public sealed record CriuFlags
{
    /// <summary>The folder of the image files.</summary>
    public required string ImagePath { get; init; }

    /// <summary>Where CRIU writes its log and what it needs meanwhile.</summary>
    public required string WorkPath { get; init; }

    public bool TcpEstablished { get; init; }

    public bool ExternalUnixSockets { get; init; }

    public bool ShellJob { get; init; }

    public bool FileLocks { get; init; }

    public bool LazyPages { get; init; }

    public bool AutoDedup { get; init; }

    public CgroupsMode Cgroups { get; init; } = CgroupsMode.Soft;

    /// <summary>The network namespace is made anew and its content left to others.</summary>
    public bool EmptyNetwork { get; init; }
}
