using System.Text.Json;

namespace Brig.Containers.Devices;

/// <summary>What a device changes in a container.</summary>
internal sealed record CdiEdits
{
    /// <summary>Each <c>NAME=value</c>.</summary>
    public IReadOnlyList<string>? Env { get; init; }

    public IReadOnlyList<CdiDeviceNode>? DeviceNodes { get; init; }

    public IReadOnlyList<CdiMount>? Mounts { get; init; }

    public IReadOnlyList<uint>? AdditionalGids { get; init; }

    /// <summary>Programs of the host; not run.</summary>
    public IReadOnlyList<JsonElement>? Hooks { get; init; }

    /// <summary>Not applied.</summary>
    public IReadOnlyList<JsonElement>? NetDevices { get; init; }

    /// <summary>Not applied.</summary>
    public JsonElement? IntelRdt { get; init; }

    /// <summary>The first part that a container of Brig's cannot be given; null where there is none.</summary>
    internal string? Unsupported => Hooks is { Count: > 0 } ? "hooks" : NetDevices is { Count: > 0 } ? "netDevices" : IntelRdt is { ValueKind: not JsonValueKind.Null } ? "intelRdt" : null;
}
