using Brig.Builds.StepMounts;
using Brig.Containers.Devices;

namespace Brig.Builds.Execution;

/// <summary>What a build's steps are given from outside.</summary>
internal sealed record StepInputs
{
    internal required CacheMountStore Caches { get; init; }

    /// <summary>Parts the cache mounts of one use from those of another.</summary>
    internal string CacheNamespace { get; init; } = "";

    /// <summary>By id.</summary>
    internal IReadOnlyDictionary<string, SecretSource> Secrets { get; init; } = new Dictionary<string, SecretSource>();

    /// <summary>The sockets of ssh agents by id.</summary>
    internal IReadOnlyDictionary<string, string> Agents { get; init; } = new Dictionary<string, string>();

    /// <summary><c>default</c>, <c>none</c> or <c>host</c>, for every RUN that does not say.</summary>
    internal string Network { get; init; } = "default";

    /// <summary>What RUN may ask for: <c>network.host</c>, <c>security.insecure</c>, <c>device</c>, <c>device=NAME</c>.</summary>
    internal IReadOnlyCollection<string> Entitlements { get; init; } = [];

    /// <summary>The devices of this machine that RUN may ask for.</summary>
    internal Lazy<CdiRegistry> Devices { get; init; } = new(() => CdiRegistry.Open(CdiRegistry.Folders));

    internal string? Hostname { get; init; }

    internal IReadOnlyList<string> ExtraHosts { get; init; } = [];

    internal Containers.Specifications.ResourceRequest Resources { get; init; } = new();

    internal IReadOnlyList<string> Ulimits { get; init; } = [];

    internal long SharedMemory { get; init; }
}
