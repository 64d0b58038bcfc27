namespace Brig.Containers.Devices;

/// <summary>A device node of <see cref="CdiEdits"/>. What is null is the host's node's.</summary>
internal sealed record CdiDeviceNode
{
    /// <summary>Where it stands in the container.</summary>
    public required string Path { get; init; }

    /// <summary>Null is the same as <see cref="Path"/>.</summary>
    public string? HostPath { get; init; }

    /// <summary><c>b</c>, <c>c</c>, <c>u</c> or <c>p</c>.</summary>
    public string? Type { get; init; }

    public uint? Major { get; init; }

    public uint? Minor { get; init; }

    public uint? FileMode { get; init; }

    /// <summary>Some of <c>rwm</c>; null is all.</summary>
    public string? Permissions { get; init; }

    public uint? Uid { get; init; }

    public uint? Gid { get; init; }
}
