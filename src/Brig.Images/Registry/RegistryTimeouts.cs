namespace Brig.Images.Registry;

/// <summary>How long to wait for a registry.</summary>
public sealed record RegistryTimeouts
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Without one byte.</summary>
    public TimeSpan Progress { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Before the first of three repetitions; each waits twice as long.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromMilliseconds(300);
}
