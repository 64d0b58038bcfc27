namespace Brig.Runtime.Checkpoints;

/// <summary>How a checkpoint is to be made.</summary>
public sealed record CheckpointOptions
{
    public required CriuFlags Flags { get; init; }

    /// <summary>The images of an earlier memory dump, relative to the image folder.</summary>
    public string? ParentPath { get; init; }

    /// <summary>The container goes on afterwards.</summary>
    public bool LeaveRunning { get; init; }

    /// <summary>Memory alone is dumped, for a later checkpoint that has this as its parent; the container goes on.</summary>
    public bool PreDump { get; init; }

    /// <summary>A descriptor that gets a zero byte once the server of lazy pages is ready.</summary>
    public int? StatusDescriptor { get; init; }

    /// <summary>Where a server takes the memory.</summary>
    public (string Address, int Port)? PageServer { get; init; }
}
