namespace Brig.Containers;

/// <summary>A published port of a running container.</summary>
public sealed record PortState(string HostAddress, int HostPort, int ContainerPort, string Protocol);
