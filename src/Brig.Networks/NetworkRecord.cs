namespace Brig.Networks;

/// <summary>What the database knows of a network. Until it is ready, bridge and table may be half made or half removed.</summary>
internal sealed record NetworkRecord(Subnet Subnet, uint Mtu, bool Ready);
