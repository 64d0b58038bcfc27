using Brig.Oci;

namespace Brig.Builds;

/// <summary>What is to be built from what.</summary>
public sealed record BuildRequest
{
    public required string ContextDirectory { get; init; }

    /// <summary>The path of the Dockerfile; null for <c>Dockerfile</c> in the context. A <c>.dockerignore</c> of its own stands beside it.</summary>
    public string? DockerfilePath { get; init; }

    /// <summary>The Dockerfile itself where it is no file (<c>-f -</c>); wins over <see cref="DockerfilePath"/>.</summary>
    public string? DockerfileText { get; init; }

    /// <summary>Names that the image gets.</summary>
    public IReadOnlyList<ImageReference> Tags { get; init; } = [];

    /// <summary>Values of ARGs. Whoever reads the command line looks up those written without a value.</summary>
    public IReadOnlyDictionary<string, string> BuildArgs { get; init; } = new Dictionary<string, string>();

    /// <summary>Labels that win over those of the Dockerfile.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs every step, and keeps the results for later builds.</summary>
    public bool NoCache { get; init; }

    /// <summary>Asks the registry for the base image even where it is here.</summary>
    public bool Pull { get; init; }

    /// <summary><c>default</c>, <c>none</c> or <c>host</c>, for every RUN that does not say.</summary>
    public string Network { get; init; } = "default";

    /// <summary>The name of the stage to build; null for the last.</summary>
    public string? Target { get; init; }
}
