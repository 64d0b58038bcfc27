using System.Runtime.InteropServices;

namespace Brig.Linux.Netlink;

/// <summary>struct ifaddrmsg.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct AddressHeader
{
    public const int IFA_ADDRESS = 1;
    public const int IFA_LOCAL = 2;
    public const int IFA_BROADCAST = 4;
    public const int IFA_FLAGS = 8;
    public const uint IFA_F_NODAD = 2;

    public byte Family;
    public byte PrefixLength;
    public byte Flags;
    public byte Scope;
    public uint Index;
}
