using System.Runtime.InteropServices;

namespace Brig.Linux.Netlink;

/// <summary>struct rtmsg.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct RouteHeader
{
    public const byte RT_TABLE_MAIN = 254;
    public const byte RTPROT_BOOT = 3;
    public const byte RTN_UNICAST = 1;
    public const byte RT_SCOPE_LINK = 253;
    public const int RTA_DST = 1;
    public const int RTA_OIF = 4;
    public const int RTA_GATEWAY = 5;
    public const int RTA_PRIORITY = 6;
    public const int RTA_MULTIPATH = 9;

    public byte Family;
    public byte DestinationLength;
    public byte SourceLength;
    public byte Tos;
    public byte Table;
    public byte Protocol;
    public byte Scope;
    public byte Type;
    public uint Flags;
}
