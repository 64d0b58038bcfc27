namespace Brig.Networks;

/// <summary>A published port, whose it is, and the network of the endpoint it leads to (empty for none).</summary>
internal sealed record OwnedPort(string Owner, string Network, PublishedPort Port, bool Relayed);
