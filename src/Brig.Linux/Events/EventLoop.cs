using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>One thread around epoll(7): descriptors and deadlines with what to do when they are ready. Not for several threads.</summary>
public sealed partial class EventLoop : IDisposable
{
    // struct epoll_event is packed on x86-64 and aligned everywhere else (sys/epoll.h).
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_eventSize = s_dataOffset + 8;

    private readonly SafeFileHandle _epoll;
    private readonly Dictionary<int, (EventMask Mask, Action<EventMask> Ready)> _watched = [];
    private readonly List<(long At, Action Due)> _deadlines = [];

    public EventLoop()
    {
        const int EPOLL_CLOEXEC = 0x80000;
        int epoll = EpollCreate(EPOLL_CLOEXEC);
        _epoll = epoll < 0 ? throw LinuxException.Last("epoll_create", null) : new SafeFileHandle(epoll, ownsHandle: true);
    }

    /// <summary>Whether a descriptor can be watched: a plain file cannot (EPERM), it is always ready.</summary>
    public bool CanWatch(SafeHandle file)
    {
        try
        {
            Watch(file, EventMask.None, _ => { });
            Forget(file);
            return true;
        }
        catch (LinuxException error) when (error.Errno == Errno.EPERM)
        {
            _watched.Remove(Files.Number(file));
            return false;
        }
    }

    /// <summary>Watches a descriptor, or changes what is watched for. A mask of none still reports errors and the other side's end.</summary>
    public void Watch(SafeHandle file, EventMask mask, Action<EventMask> ready)
    {
        const int EPOLL_CTL_ADD = 1, EPOLL_CTL_MOD = 3;
        int number = Files.Number(file);
        bool known = _watched.TryGetValue(number, out var before);
        _watched[number] = (mask, ready);
        if (!known || before.Mask != mask)
        {
            Control(known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, number, mask);
        }
    }

    /// <summary>Stops watching; must come before the descriptor is closed. One that is not watched is passed over.</summary>
    public void Forget(SafeHandle file)
    {
        const int EPOLL_CTL_DEL = 2;
        int number = Files.Number(file);
        if (_watched.Remove(number))
        {
            Control(EPOLL_CTL_DEL, number, EventMask.None);
        }
    }

    /// <summary>Calls <paramref name="due"/> once, no earlier than after <paramref name="delay"/>.</summary>
    public void After(TimeSpan delay, Action due) => _deadlines.Add((Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency), due));

    /// <summary>Waits for one round of events and deadlines, and handles them; at most <paramref name="limit"/> where it is given.</summary>
    public unsafe void RunOnce(TimeSpan? limit = null)
    {
        const int Most = 32;
        byte* events = stackalloc byte[Most * 16];
        int count = EpollWait(Files.Number(_epoll), events, Most, Timeout(limit));
        if (count < 0 && Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
        {
            throw LinuxException.Last("epoll_wait", null);
        }

        for (int i = 0; i < count; i++)
        {
            // An earlier event of this round may have ended the interest in this one.
            byte* reported = events + (i * s_eventSize);
            if (_watched.TryGetValue(*(int*)(reported + s_dataOffset), out var watch))
            {
                watch.Ready((EventMask)(*(uint*)reported));
            }
        }

        long now = Stopwatch.GetTimestamp();
        foreach ((long at, Action due) deadline in _deadlines.Where(deadline => deadline.At <= now).ToArray())
        {
            _deadlines.Remove(deadline);
            deadline.due();
        }
    }

    public void Dispose() => _epoll.Dispose();

    private int Timeout(TimeSpan? limit)
    {
        double wait = limit?.TotalMilliseconds ?? -1;
        foreach ((long at, _) in _deadlines)
        {
            double left = Math.Max(0, Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), at).TotalMilliseconds);
            wait = wait < 0 ? left : Math.Min(wait, left);
        }

        return wait < 0 ? -1 : (int)Math.Ceiling(wait);
    }

    private unsafe void Control(int operation, int file, EventMask mask)
    {
        byte* change = stackalloc byte[16];
        *(uint*)change = (uint)mask;
        *(long*)(change + s_dataOffset) = file;
        if (EpollControl(Files.Number(_epoll), operation, file, change) < 0)
        {
            throw LinuxException.Last("epoll_ctl", null);
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static unsafe partial int EpollControl(int epoll, int operation, int file, byte* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static unsafe partial int EpollWait(int epoll, byte* events, int most, int timeout);
}
