using System.Runtime.InteropServices;

namespace Brig.Linux.Netlink;

/// <summary>struct ifinfomsg.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct LinkHeader
{
    public const uint IFF_UP = 1;

    public byte Family;
    public byte Pad;
    public ushort Type;
    public int Index;
    public uint Flags;
    public uint Change;
}
