using Brig.Builds.Attestations;
using Brig.Builds.Cache;
using Brig.Builds.Exports;
using Brig.Builds.StepMounts;
using Brig.Containers.Specifications;
using Brig.Oci;

namespace Brig.Builds;

/// <summary>What is to be built from what.</summary>
public sealed record BuildRequest
{
    /// <summary>A directory, a git repository or the address of an archive.</summary>
    public required string ContextDirectory { get; init; }

    /// <summary>The path of the Dockerfile; null for <c>Dockerfile</c> in the context. A <c>.dockerignore</c> of its own stands beside it. In a context that is no directory it is relative to that.</summary>
    public string? DockerfilePath { get; init; }

    /// <summary>The Dockerfile itself where it is no file (<c>-f -</c>); wins over <see cref="DockerfilePath"/>.</summary>
    public string? DockerfileText { get; init; }

    /// <summary>An archive that is the context instead of <see cref="ContextDirectory"/>; read to its end, stays the caller's.</summary>
    public Stream? ContextArchive { get; init; }

    /// <summary>Names that the image gets.</summary>
    public IReadOnlyList<ImageReference> Tags { get; init; } = [];

    /// <summary>Values of ARGs. Whoever reads the command line looks up those written without a value.</summary>
    public IReadOnlyDictionary<string, string> BuildArgs { get; init; } = new Dictionary<string, string>();

    /// <summary>Labels that win over those of the Dockerfile.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs every step, and keeps the results for later builds.</summary>
    public bool NoCache { get; init; }

    /// <summary>The stages whose steps all run.</summary>
    public IReadOnlyList<string> NoCacheStages { get; init; } = [];

    /// <summary>Asks the registry for images even where they are here.</summary>
    public bool Pull { get; init; }

    /// <summary><c>default</c>, <c>none</c> or <c>host</c>, for every RUN that does not say.</summary>
    public string Network { get; init; } = "default";

    /// <summary>The name of the stage to build; null for the last.</summary>
    public string? Target { get; init; }

    /// <summary>The platforms to build for; none is this machine's.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [];

    /// <summary>Named contexts: directories, <c>docker-image://</c>, <c>oci-layout://</c>, repositories, archives, <c>target:</c> and a stage of the Dockerfile.</summary>
    public IReadOnlyDictionary<string, string> Contexts { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<SecretSource> Secrets { get; init; } = [];

    /// <summary>The sockets of ssh agents by id.</summary>
    public IReadOnlyDictionary<string, string> Agents { get; init; } = new Dictionary<string, string>();

    /// <summary>What RUN may ask for: <c>network.host</c>, <c>security.insecure</c>, <c>device</c>, <c>device=NAME</c>.</summary>
    public IReadOnlyList<string> Entitlements { get; init; } = [];

    /// <summary>Each <c>name:address</c>, for every RUN.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    /// <summary>Limits of every RUN.</summary>
    public ResourceRequest Resources { get; init; } = new();

    /// <summary>Each <c>name=soft[:hard]</c>, for every RUN.</summary>
    public IReadOnlyList<string> Ulimits { get; init; } = [];

    /// <summary>Bytes of <c>/dev/shm</c> in every RUN; 0 is 64 MiB.</summary>
    public long SharedMemory { get; init; }

    /// <summary>The time that nothing in the image is newer than, where <c>SOURCE_DATE_EPOCH</c> is not given; null finds one.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>Hears of steps that fail; null for nobody.</summary>
    public IStepObserver? Observer { get; init; }

    /// <summary>The line before which the build stops and asks <see cref="Observer"/>; 0 for none.</summary>
    public int StopBefore { get; init; }

    /// <summary>Bytes that the build cache may have; 0 is a fifth of the file system, at least 10 GiB.</summary>
    public long CacheBudget { get; init; }

    /// <summary>What the result becomes; several are made one after another.</summary>
    public IReadOnlyList<BuildOutput> Outputs { get; init; } = [new BuildOutput { Kind = BuildOutputKind.Image }];

    /// <summary>What is said about images that leave the store.</summary>
    public AttestationRequest Attestations { get; init; } = new();

    /// <summary>Where results of other builds come from.</summary>
    public IReadOnlyList<CacheSource> CacheFrom { get; init; } = [];

    /// <summary>Where this build's results go.</summary>
    public IReadOnlyList<CacheSource> CacheTo { get; init; } = [];
}
