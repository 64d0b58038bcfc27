namespace Brig.Networks;

/// <summary>What the database knows of a network. Until it is ready, its bridge may be half made or half removed.</summary>
internal sealed record NetworkRow(Network Network, uint Mtu, bool Ready);
