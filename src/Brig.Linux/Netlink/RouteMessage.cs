namespace Brig.Linux.Netlink;

/// <summary>Message types of rtnetlink (linux/rtnetlink.h).</summary>
public static class RouteMessage
{
    public const int RTM_NEWLINK = 16;
    public const int RTM_DELLINK = 17;
    public const int RTM_GETLINK = 18;
    public const int RTM_NEWADDR = 20;
    public const int RTM_GETADDR = 22;
    public const int RTM_NEWROUTE = 24;
    public const int RTM_DELROUTE = 25;
    public const int RTM_GETROUTE = 26;
}
