namespace Brig.Linux.Nftables;

/// <summary>A key of a map, its value and the note shown beside it. Keys and values are the registers' bytes: each part in words of four, in network order, padded with zeros behind.</summary>
public sealed record MapElement(byte[] Key, byte[] Value, string Comment);
