namespace Brig.Containers;

/// <summary>A published port of a running container.</summary>
public sealed record PortState(string HostAddress, int HostPort, int ContainerPort, string Protocol)
{
    /// <summary>The monitor listens there and passes on, so that the host's rules for its own ports hold; else rules lead to the container.</summary>
    public bool Relayed { get; init; }
}
