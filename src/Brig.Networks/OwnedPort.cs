namespace Brig.Networks;

/// <summary>A published port and whose it is.</summary>
internal sealed record OwnedPort(string Owner, PublishedPort Port);
