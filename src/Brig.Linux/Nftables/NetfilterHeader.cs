using System.Runtime.InteropServices;

namespace Brig.Linux.Nftables;

/// <summary>struct nfgenmsg.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct NetfilterHeader
{
    public const byte NFPROTO_INET = 1;
    public const byte NFPROTO_IPV4 = 2;
    public const byte NFPROTO_IPV6 = 10;

    public byte Family;
    public byte Version;
    public ushort ResourceBigEndian;
}
