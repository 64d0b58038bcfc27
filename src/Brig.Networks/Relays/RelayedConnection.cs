using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Networks.Relays;

/// <summary>Two connections of which each gets what the other gives, and the end of the stream too.</summary>
internal sealed class RelayedConnection : IDisposable
{
    private readonly EventLoop _loop;
    private readonly SafeFileHandle _client;
    private readonly SafeFileHandle _server;
    private readonly RelayedStream _forth;
    private readonly RelayedStream _back;
    private readonly Action<RelayedConnection> _ended;
    private bool _connected;
    private bool _open = true;

    /// <param name="server">A connection that may be under way still.</param>
    internal RelayedConnection(EventLoop loop, SafeFileHandle client, SafeFileHandle server, Action<RelayedConnection> ended)
    {
        (_loop, _client, _server, _ended) = (loop, client, server, ended);
        (_forth, _back) = (new RelayedStream(client, server), new RelayedStream(server, client));
        loop.Watch(server, EventMask.EPOLLOUT, _ => Ready());
    }

    public void Dispose()
    {
        if (_open)
        {
            _open = false;
            _loop.Forget(_client);
            _loop.Forget(_server);
            _client.Dispose();
            _server.Dispose();
            _ended(this);
        }
    }

    private void Ready()
    {
        _connected = _connected || InternetSockets.Error(_server) == Errno.None;
        if (!_connected || !_forth.TryPump() || !_back.TryPump() || (_forth.IsOver && _back.IsOver))
        {
            Dispose();
            return;
        }

        Watch(_client, _forth, _back);
        Watch(_server, _back, _forth);
    }

    /// <summary>A descriptor that nothing is wanted of is forgotten: a mask of none still reports a hang-up, for ever.</summary>
    private void Watch(SafeFileHandle socket, RelayedStream from, RelayedStream to)
    {
        EventMask mask = (from.WantsInput ? EventMask.EPOLLIN : EventMask.None) | (to.WantsOutput ? EventMask.EPOLLOUT : EventMask.None);
        if (mask == EventMask.None)
        {
            _loop.Forget(socket);
        }
        else
        {
            _loop.Watch(socket, mask, _ => Ready());
        }
    }
}
