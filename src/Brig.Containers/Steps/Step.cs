using Brig.Containers.Devices;
using Brig.Containers.Specifications;

namespace Brig.Containers.Steps;

/// <summary>A command to run in a root file system that is being built: what a RUN instruction becomes.</summary>
public sealed record Step
{
    /// <summary>Directories of the layers below, topmost first (as <c>LayerStore.PathOf</c> gives them).</summary>
    public required IReadOnlyList<string> Lowers { get; init; }

    /// <summary>The directory that collects the changes; made by the caller, on one file system with <see cref="Work"/>.</summary>
    public required string Upper { get; init; }

    /// <summary>An empty directory for overlayfs.</summary>
    public required string Work { get; init; }

    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>Each <c>NAME=value</c>; <c>PATH</c> and <c>HOME</c> are added where they are missing.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Absolute; made where it is missing.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary><c>user[:group]</c> by name or number; empty for root.</summary>
    public string User { get; init; } = "";

    /// <summary><c>default</c> (the bridge), <c>none</c> or <c>host</c>.</summary>
    public string Network { get; init; } = "default";

    public IReadOnlyList<StepMount> Mounts { get; init; } = [];

    /// <summary>A file of more variables, each ended by a zero byte; null for none.</summary>
    public string? EnvironmentFile { get; init; }

    /// <summary>Nodes beside those of every <c>/dev</c>.</summary>
    public IReadOnlyList<DeviceRequest> Devices { get; init; } = [];

    /// <summary>Groups beside the user's own.</summary>
    public IReadOnlyList<uint> Groups { get; init; } = [];

    /// <summary>All capabilities, all devices, no system call filter.</summary>
    public bool Insecure { get; init; }

    /// <summary>The host name; null is <c>buildkitsandbox</c>.</summary>
    public string? Hostname { get; init; }

    /// <summary>Each <c>name:address</c>.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public ResourceRequest Resources { get; init; } = new();

    /// <summary>Each <c>name=soft[:hard]</c>.</summary>
    public IReadOnlyList<string> Ulimits { get; init; } = [];

    /// <summary>Bytes; 0 is 64 MiB.</summary>
    public long SharedMemory { get; init; }
}
