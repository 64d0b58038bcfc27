using System.Diagnostics;
using System.Net;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Networks.Relays;

/// <summary>Passes datagrams of one port on, with a socket for each sender, so that answers find back. A sender is forgotten after a minute and a half.</summary>
internal sealed class DatagramRelay : IDisposable
{
    private const int Most = 1024, Rounds = 64;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90), s_sweep = TimeSpan.FromSeconds(15);

    private readonly EventLoop _loop;
    private readonly SafeFileHandle _listener;
    private readonly Func<IPEndPoint?> _target;
    private readonly Dictionary<IPEndPoint, (SafeFileHandle Socket, long Used)> _senders = [];
    private readonly byte[] _buffer = new byte[65536];
    private bool _sweeps;

    internal DatagramRelay(EventLoop loop, SafeFileHandle listener, Func<IPEndPoint?> target)
    {
        (_loop, _listener, _target) = (loop, listener, target);
        loop.Watch(listener, EventMask.EPOLLIN, _ => OnDatagrams());
    }

    public void Dispose()
    {
        _loop.Forget(_listener);
        foreach (IPEndPoint sender in _senders.Keys.ToArray())
        {
            Forget(sender);
        }
    }

    private void OnDatagrams()
    {
        for (int round = 0; round < Rounds; round++)
        {
            int got = InternetSockets.Receive(_listener, _buffer, out IPEndPoint? sender);
            if (got < 0 || sender is null)
            {
                return;
            }

            if (Socket(sender) is { } socket)
            {
                InternetSockets.Send(socket, _buffer.AsSpan(0, got));
            }
        }
    }

    private SafeFileHandle? Socket(IPEndPoint sender)
    {
        if (_senders.TryGetValue(sender, out (SafeFileHandle Socket, long) known))
        {
            _senders[sender] = (known.Socket, Stopwatch.GetTimestamp());
            return known.Socket;
        }

        if (_senders.Count >= Most || _target() is not { } target)
        {
            return null;
        }

        if (Connected(target) is not { } socket)
        {
            return null;
        }

        _senders[sender] = (socket, Stopwatch.GetTimestamp());
        _loop.Watch(socket, EventMask.EPOLLIN, _ => OnAnswers(sender, socket));
        Sweep();
        return socket;
    }

    private static SafeFileHandle? Connected(IPEndPoint target)
    {
        try
        {
            SafeFileHandle socket = InternetSockets.Datagram(target.Address);
            if (InternetSockets.TryConnectDatagram(socket, target))
            {
                return socket;
            }

            socket.Dispose();
        }
        catch (LinuxException)
        {
            // No descriptors left: the datagram is lost, as datagrams may be.
        }

        return null;
    }

    private void OnAnswers(IPEndPoint sender, SafeFileHandle socket)
    {
        for (int round = 0; round < Rounds; round++)
        {
            int got = InternetSockets.Receive(socket, _buffer);
            if (got < 0)
            {
                return;
            }

            InternetSockets.TrySend(_listener, _buffer.AsSpan(0, got), sender);
        }
    }

    private void Forget(IPEndPoint sender)
    {
        if (_senders.Remove(sender, out (SafeFileHandle Socket, long) known))
        {
            _loop.Forget(known.Socket);
            known.Socket.Dispose();
        }
    }

    private void Sweep()
    {
        if (_sweeps)
        {
            return;
        }

        _sweeps = true;
        _loop.After(s_sweep, () =>
        {
            _sweeps = false;
            foreach (IPEndPoint sender in _senders.Where(pair => Stopwatch.GetElapsedTime(pair.Value.Used) > s_patience).Select(pair => pair.Key).ToArray())
            {
                Forget(sender);
            }

            if (_senders.Count > 0)
            {
                Sweep();
            }
        });
    }
}
