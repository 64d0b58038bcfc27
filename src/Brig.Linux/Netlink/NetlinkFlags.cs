namespace Brig.Linux.Netlink;

/// <summary>nlmsg_flags (linux/netlink.h). NLM_F_REQUEST is always added.</summary>
[Flags]
public enum NetlinkFlags
{
    None = 0,
    NLM_F_REQUEST = 1,
    NLM_F_MULTI = 2,
    NLM_F_ACK = 4,
    NLM_F_ECHO = 8,
    NLM_F_DUMP_INTR = 0x10,
    NLM_F_REPLACE = 0x100,
    NLM_F_DUMP = 0x300,
    NLM_F_EXCL = 0x200,
    NLM_F_CREATE = 0x400,
    NLM_F_APPEND = 0x800,
}
