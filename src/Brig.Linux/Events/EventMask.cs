namespace Brig.Linux;

/// <summary>What epoll(7) reports of a descriptor.</summary>
[Flags]
public enum EventMask : uint
{
    None = 0,
    EPOLLIN = 0x1,
    EPOLLOUT = 0x4,
    EPOLLERR = 0x8,
    EPOLLHUP = 0x10,
    EPOLLRDHUP = 0x2000,
}
