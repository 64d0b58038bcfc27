using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Containers.Verbs;

/// <summary>How an image is made of a container.</summary>
public sealed record CommitOptions
{
    public ImageReference? Tag { get; init; }

    public string? Author { get; init; }

    public string? Message { get; init; }

    /// <summary>Changes the configuration that the container has.</summary>
    public Func<ExecutionConfig, ExecutionConfig> Change { get; init; } = config => config;

    /// <summary>Lets the container's processes go on while its files are read: the layer may then have halves of what they write.</summary>
    public bool WhileRunning { get; init; }
}
