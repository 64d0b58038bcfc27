using System.Net;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Networks.Relays;

/// <summary>Takes the connections of one port and makes one to the container for each.</summary>
internal sealed class StreamRelay : IDisposable
{
    private const int Most = 4096;
    private readonly EventLoop _loop;
    private readonly SafeFileHandle _listener;
    private readonly Func<IPEndPoint?> _target;
    private readonly HashSet<RelayedConnection> _connections = [];

    internal StreamRelay(EventLoop loop, SafeFileHandle listener, Func<IPEndPoint?> target)
    {
        (_loop, _listener, _target) = (loop, listener, target);
        loop.Watch(listener, EventMask.EPOLLIN, _ => Accept());
    }

    public void Dispose()
    {
        _loop.Forget(_listener);
        foreach (RelayedConnection connection in _connections.ToArray())
        {
            connection.Dispose();
        }
    }

    private void Accept()
    {
        while (InternetSockets.TryAccept(_listener) is { } client)
        {
            if (Connect() is { } server)
            {
                _connections.Add(new RelayedConnection(_loop, client, server, ended => _connections.Remove(ended)));
            }
            else
            {
                client.Dispose();
            }
        }
    }

    private SafeFileHandle? Connect()
    {
        try
        {
            return _connections.Count < Most && _target() is { } target ? InternetSockets.TryConnect(target) : null;
        }
        catch (LinuxException)
        {
            return null; // no descriptors left: this client is turned away, the container runs on
        }
    }
}
