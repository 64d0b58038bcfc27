using Brig.Linux;

namespace Brig.Containers;

/// <summary>What is known of a container's runs.</summary>
public sealed record ContainerState
{
    /// <summary>The first process, as the host numbers it; 0 while none runs.</summary>
    public int Pid { get; init; }

    /// <summary>The process that looks after it; null while none does.</summary>
    public ProcessIdentity? Monitor { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public int ExitCode { get; init; }

    /// <summary>Why the last start failed; empty where it did not.</summary>
    public string Error { get; init; } = "";

    public bool OutOfMemory { get; init; }

    /// <summary>Its places in networks while it runs.</summary>
    public IReadOnlyList<EndpointState> Endpoints { get; init; } = [];

    /// <summary>The host's ports that lead to it while it runs.</summary>
    public IReadOnlyList<PortState> Ports { get; init; } = [];
}
