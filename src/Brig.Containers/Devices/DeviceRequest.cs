namespace Brig.Containers.Devices;

/// <summary>A device node that a container is given, and what it may do with the device.</summary>
public sealed record DeviceRequest
{
    /// <summary>Absolute, in the container.</summary>
    public required string Path { get; init; }

    /// <summary><c>b</c> or <c>c</c>.</summary>
    public required string Type { get; init; }

    public required uint Major { get; init; }

    public required uint Minor { get; init; }

    public uint? FileMode { get; init; }

    public uint? Uid { get; init; }

    public uint? Gid { get; init; }

    /// <summary>Some of <c>rwm</c>.</summary>
    public string Permissions { get; init; } = "rwm";
}
