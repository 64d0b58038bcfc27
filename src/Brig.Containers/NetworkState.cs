namespace Brig.Containers;

/// <summary>A running container's place on the bridge. Ports are as lists show them: <c>0.0.0.0:8080->80/tcp</c>.</summary>
public sealed record NetworkState(string Address, int PrefixLength, string Gateway, string MacAddress, IReadOnlyList<PortState> Ports);
