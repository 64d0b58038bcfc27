namespace Brig.Containers;

/// <summary>A published port of a running container.</summary>
/// <param name="HostPort">0 where the container's own address is reached instead (gateway mode routed); the host's address says of which family.</param>
public sealed record PortState(string HostAddress, int HostPort, int ContainerPort, string Protocol)
{
    /// <summary>The monitor listens there and passes on, so that the host's rules for its own ports hold; else rules lead to the container.</summary>
    public bool Relayed { get; init; }
}
