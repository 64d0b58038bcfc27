using System.Buffers.Binary;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Networks.Names;

/// <summary>A TCP connection of a client: messages with two bytes of length before each, both ways. Closed after ten idle seconds.</summary>
internal sealed class NameClient : IDisposable
{
    internal delegate void Question(ReadOnlySpan<byte> message, Action<byte[]> send);

    private const int MostWaiting = 1 << 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly EventLoop _loop;
    private readonly SafeFileHandle _socket;
    private readonly Question _ask;
    private readonly Action _closed;
    private readonly byte[] _in = new byte[2 + DnsQuery.LongestMessage];
    private readonly Queue<byte[]> _out = new();
    private int _filled;
    private int _sent;
    private int _waiting;
    private int _used;
    private bool _open = true;

    internal NameClient(EventLoop loop, SafeFileHandle socket, Question ask, Action closed)
    {
        (_loop, _socket, _ask, _closed) = (loop, socket, ask, closed);
        loop.Watch(socket, EventMask.EPOLLIN, OnReady);
        CloseWhenIdle(_used);
    }

    public void Dispose()
    {
        if (_open)
        {
            _open = false;
            _loop.Forget(_socket);
            _socket.Dispose();
            _closed();
        }
    }

    private void CloseWhenIdle(int used) => _loop.After(s_patience, () =>
    {
        if (_open && used == _used)
        {
            Dispose();
        }
        else if (_open)
        {
            CloseWhenIdle(_used);
        }
    });

    private void OnReady(EventMask events)
    {
        if ((events & EventMask.EPOLLOUT) != 0)
        {
            Flush();
        }

        if (_open && (events & (EventMask.EPOLLIN | EventMask.EPOLLHUP | EventMask.EPOLLERR)) != 0)
        {
            Receive();
        }
    }

    private void Receive()
    {
        int got = InternetSockets.Receive(_socket, _in.AsSpan(_filled));
        if (got is 0 or -2)
        {
            Dispose();
            return;
        }

        _filled += Math.Max(got, 0);
        _used++;
        while (_open && _filled >= 2 && _filled >= 2 + BinaryPrimitives.ReadUInt16BigEndian(_in))
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(_in);
            _ask(_in.AsSpan(2, length), Send);
            _in.AsSpan(2 + length, _filled - 2 - length).CopyTo(_in);
            _filled -= 2 + length;
        }
    }

    private void Send(byte[] message)
    {
        if (!_open || _waiting > MostWaiting)
        {
            Dispose();
            return;
        }

        byte[] framed = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, 2);
        _out.Enqueue(framed);
        _waiting += framed.Length;
        Flush();
    }

    private void Flush()
    {
        while (_out.TryPeek(out byte[]? message))
        {
            int put = InternetSockets.Send(_socket, message.AsSpan(_sent));
            if (put == -2)
            {
                Dispose();
                return;
            }

            if (put < 0)
            {
                break;
            }

            _sent += put;
            _waiting -= put;
            if (_sent == message.Length)
            {
                _out.Dequeue();
                _sent = 0;
            }
        }

        if (_open)
        {
            _loop.Watch(_socket, _out.Count > 0 ? EventMask.EPOLLIN | EventMask.EPOLLOUT : EventMask.EPOLLIN, OnReady);
        }
    }
}
