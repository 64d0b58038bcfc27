namespace Brig.Images;

/// <summary>How far a removal may go.</summary>
public sealed record RemovalOptions
{
    /// <summary>Removes an image that has several names, or that a stopped container uses.</summary>
    public bool Force { get; init; }

    /// <summary>Whether the container with this ID runs: its image cannot be removed, by force neither.</summary>
    public Func<string, bool> IsRunning { get; init; } = _ => false;
}
