using System.Text.Json.Serialization;
using Brig.Containers.Devices;
using Brig.Networks;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Containers.Specifications;

/// <summary>
/// What a container is: what the user asked for over what its image says. The command line and the API fill the same record;
/// once stored it is complete and does not change.
/// </summary>
public sealed record ContainerSpecification
{
    /// <summary>The image as it was named.</summary>
    public required string Image { get; init; }

    /// <summary>Set when the container is created; null for a build step, which has none.</summary>
    public Digest? ImageId { get; init; }

    /// <summary>The image's layers, lowest first; set when the container is created.</summary>
    public IReadOnlyList<DiffId> Layers { get; init; } = [];

    /// <summary>Null takes the image's; empty strings alone mean none.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Null or empty takes the image's, unless the entrypoint was given.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary><c>NAME=value</c>; a bare name removes the image's variable.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    public string? WorkingDirectory { get; init; }

    /// <summary><c>user[:group]</c>, resolved in the container at each start.</summary>
    public string? User { get; init; }

    /// <summary>Null is the short ID.</summary>
    public string? Hostname { get; init; }

    public string? Domainname { get; init; }

    public bool Terminal { get; init; }

    /// <summary>Standard input stays open for clients.</summary>
    public bool OpenInput { get; init; }

    /// <summary>Standard input ends when the first client that gave it leaves.</summary>
    public bool InputOnce { get; init; }

    public bool AutoRemove { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<MountRequest> Mounts { get; init; } = [];

    /// <summary>Each as Docker's <c>-p</c> takes it.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary><c>bridge</c> (also <c>default</c>), <c>none</c>, <c>host</c>, <c>container:ID</c> or the name of a network.</summary>
    public string Network { get; init; } = "bridge";

    /// <summary>The networks to be in, with what is asked of each; null is the one that <see cref="Network"/> names.</summary>
    public IReadOnlyList<EndpointRequest>? Endpoints { get; init; }

    public IReadOnlyList<string> Dns { get; init; } = [];

    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary>Containers on the default bridge whose names this one is to know, each <c>container[:alias]</c>.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>Each <c>name:address</c>.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public ResourceRequest Resources { get; init; } = new();

    public bool ReadOnlyRoot { get; init; }

    public bool Privileged { get; init; }

    public IReadOnlyList<string> CapAdd { get; init; } = [];

    public IReadOnlyList<string> CapDrop { get; init; } = [];

    /// <summary>Each <c>key=value</c>: <c>seccomp=unconfined</c>, <c>no-new-privileges</c>, <c>systempaths=unconfined</c>.</summary>
    public IReadOnlyList<string> SecurityOptions { get; init; } = [];

    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    /// <summary>Each <c>name=soft[:hard]</c>.</summary>
    public IReadOnlyList<string> Ulimits { get; init; } = [];

    /// <summary>Bytes; 0 is 64 MiB.</summary>
    public long SharedMemory { get; init; }

    public string? StopSignal { get; init; }

    /// <summary>Seconds; null is 10, -1 waits for ever.</summary>
    public int? StopTimeout { get; init; }

    /// <summary>Nodes that it gets beside those of every <c>/dev</c>.</summary>
    public IReadOnlyList<DeviceRequest> Devices { get; init; } = [];

    public IReadOnlyList<string> GroupAdd { get; init; } = [];

    /// <summary>The image's exposed ports and those asked for.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];

    /// <summary>Where the root file system is made of directories that a caller owns (a build step), not of an image's layers.</summary>
    public StepDirectories? Step { get; init; }

    /// <summary>Whether it has no network namespace of its own.</summary>
    [JsonIgnore]
    public bool SharesNetwork => Network == "host" || Network.StartsWith(ContainerNetworkPrefix, StringComparison.Ordinal);

    /// <summary>What it asks of each network that it is to be in.</summary>
    [JsonIgnore]
    public IReadOnlyList<EndpointRequest> EndpointRequests => SharesNetwork || Network == "none" && Endpoints is null ? []
        : Endpoints ?? [new EndpointRequest { Network = Network == "default" ? Networks.Network.DefaultName : Network }];

    /// <summary>Before the ID of the container whose network is shared.</summary>
    public const string ContainerNetworkPrefix = "container:";

    /// <summary>The whole command line: entrypoint, then command.</summary>
    public IReadOnlyList<string> Arguments => [.. Entrypoint ?? [], .. Command ?? []];

    /// <summary>The specification with what the image says filled in (semantics.md 19, 20).</summary>
    public ContainerSpecification Over(Digest imageId, ImageConfig image)
    {
        ExecutionConfig config = image.Config ?? new ExecutionConfig();
        bool replaced = Entrypoint is not null;
        IReadOnlyList<string> entrypoint = replaced ? [.. Entrypoint!.Where((word, at) => at > 0 || word.Length > 0)] : config.Entrypoint ?? [];
        IReadOnlyList<string> command = Command is { Count: > 0 } ? Command : replaced ? [] : config.Cmd ?? [];
        if (entrypoint.Count + command.Count == 0)
        {
            throw BrigException.Invalid("no command specified");
        }

        return this with
        {
            ImageId = imageId,
            Layers = image.RootFs.DiffIds,
            Entrypoint = entrypoint,
            Command = command,
            Environment = EnvironmentList.Merge(config.Env ?? [], Environment),
            WorkingDirectory = WorkingDirectory ?? (config.WorkingDir is { Length: > 0 } directory ? directory : "/"),
            User = User ?? config.User ?? "",
            StopSignal = StopSignal ?? config.StopSignal,
            Labels = (config.Labels ?? new Dictionary<string, string>()).Concat(Labels).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value),
            ExposedPorts = [.. (config.ExposedPorts?.Keys ?? []).Concat(ExposedPorts).Distinct()],
            Mounts = [.. Mounts, .. (config.Volumes?.Keys ?? [])
                .Where(path => !Mounts.Any(mount => mount.Target.TrimEnd('/') == path.TrimEnd('/')))
                .Select(path => new MountRequest { Kind = MountKind.Volume, Target = path })],
        };
    }
}
