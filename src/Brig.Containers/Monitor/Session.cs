using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Monitor;

/// <summary>One end of a connection between client and monitor in an event loop: frames in, frames out, as fast as the other end takes them.</summary>
public sealed class Session : IDisposable
{
    /// <summary>A client that is this far behind holds up the streams it attached to.</summary>
    private const int Backlog = 1 << 20;

    private readonly EventLoop _loop;
    private readonly SafeFileHandle _socket;
    private readonly FrameReader _reader;
    private readonly Queue<byte[]> _out = new();
    private int _sent;
    private int _pending;
    private bool _closeWhenSent;
    private bool _deaf;

    internal Session(EventLoop loop, SafeFileHandle socket)
        : this(loop, socket, new FrameReader())
    {
    }

    internal Session(EventLoop loop, SafeFileHandle socket, FrameReader reader)
    {
        (_loop, _socket, _reader) = (loop, socket, reader);
        Files.SetNonBlocking(socket);
        Watch();
    }

    /// <summary>Called for every frame of the other end.</summary>
    public Action<FrameType, byte[]>? Received { get; set; }

    /// <summary>Called once when the other end is gone.</summary>
    public Action? Closed { get; set; }

    /// <summary>Called when an end that was behind has caught up.</summary>
    public Action? Drained { get; set; }

    internal AttachOptions Attached { get; set; }

    /// <summary>So much waits for the other end that the source of it should wait as well.</summary>
    public bool IsBehind => _pending > Backlog;

    public bool IsOpen { get; private set; } = true;

    /// <summary>While true nothing is read, and the other end comes to wait.</summary>
    internal bool IsPaused
    {
        get;
        set
        {
            field = value;
            Watch();
        }
    }

    /// <summary>Handles the frames that came before <see cref="Received"/> was set.</summary>
    public void Resume() => Deliver();

    public void Input(ReadOnlySpan<byte> bytes) => Send(Frames.Make(FrameType.Input, bytes));

    public void InputEnd() => Send(Frames.Make(FrameType.InputEnd, []));

    public void Resize(ushort rows, ushort columns) => Send(Frames.Resize(rows, columns));

    public void Signal(int signal) => Send(Frames.Number(FrameType.Signal, signal));

    internal void Send(byte[] frame)
    {
        if (IsOpen && !_deaf)
        {
            _out.Enqueue(frame);
            _pending += frame.Length;
            Flush();
        }
    }

    /// <summary>Closes once everything is sent.</summary>
    internal void Finish()
    {
        _closeWhenSent = true;
        Flush();
    }

    /// <summary>Waits for the client to take the rest, a while at most.</summary>
    internal bool HasPending => IsOpen && _pending > 0;

    public void Dispose() => Close();

    private void OnReady(EventMask events)
    {
        try
        {
            if ((events & EventMask.EPOLLOUT) != 0)
            {
                Flush();
            }

            if (IsOpen && !IsPaused && (events & (EventMask.EPOLLIN | EventMask.EPOLLHUP | EventMask.EPOLLERR)) != 0)
            {
                Receive();
            }
        }
        catch (Exception error) when (error is LinuxException or BrigException)
        {
            Close();
        }
    }

    private void Receive()
    {
        int got = Files.Read(_socket, _reader.Free());
        if (got == 0)
        {
            Close();
            return;
        }

        _reader.Advance(Math.Max(got, 0));
        Deliver();
    }

    private void Deliver()
    {
        while (IsOpen && _reader.TryTake(out FrameType type, out ReadOnlySpan<byte> content))
        {
            Received?.Invoke(type, content.ToArray());
        }
    }

    private void Flush()
    {
        bool wasBehind = IsBehind;
        try
        {
            while (IsOpen && _out.TryPeek(out byte[]? frame))
            {
                int put = Files.Write(_socket, frame.AsSpan(_sent));
                if (put < 0)
                {
                    break;
                }

                _sent += put;
                _pending -= put;
                if (_sent == frame.Length)
                {
                    _out.Dequeue();
                    _sent = 0;
                }
            }
        }
        catch (LinuxException)
        {
            StopSending();
        }

        if (!IsOpen)
        {
            return;
        }

        if (_out.Count == 0 && _closeWhenSent)
        {
            Close();
            return;
        }

        Watch();
        if (wasBehind && !IsBehind)
        {
            Drained?.Invoke();
        }
    }

    /// <summary>The other end takes nothing any more, but its last words may be here still: they are read before the end is told.</summary>
    private void StopSending()
    {
        _deaf = true;
        _out.Clear();
        _pending = 0;
        if (IsPaused)
        {
            Close();
        }
    }

    private void Watch()
    {
        EventMask mask = (IsPaused ? EventMask.None : EventMask.EPOLLIN) | (_out.Count == 0 ? EventMask.None : EventMask.EPOLLOUT);
        if (IsOpen && mask != EventMask.None)
        {
            _loop.Watch(_socket, mask, OnReady);
        }
        else
        {
            _loop.Forget(_socket); // a mask of none still reports a hang-up, for ever
        }
    }

    private void Close()
    {
        if (!IsOpen)
        {
            return;
        }

        IsOpen = false;
        _loop.Forget(_socket);
        _socket.Dispose();
        _out.Clear();
        _pending = 0;
        Closed?.Invoke();
        Drained?.Invoke();
    }
}
