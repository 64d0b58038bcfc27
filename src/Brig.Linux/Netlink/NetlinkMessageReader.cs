namespace Brig.Linux.Netlink;

/// <summary>Takes one message of a dump: its type and what follows the netlink header.</summary>
public delegate void NetlinkMessageReader(int type, ReadOnlySpan<byte> body);
