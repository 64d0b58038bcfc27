using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Networks.Names;

/// <summary>A query on its way to other servers. Ends with the first answer, or with SERVFAIL when all were asked in vain.</summary>
internal sealed class ForwardedQuery(
    EventLoop loop, DnsQuery query, IReadOnlyList<IPAddress> servers, bool isStream, Action<byte[]> send, Action<Action> place, Action<ForwardedQuery> ended) : IDisposable
{
    private const int Port = 53;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private SafeFileHandle? _socket;
    private byte[] _request = [];
    private byte[] _answer = [];
    private ushort _id;
    private int _next;
    private int _sent;
    private int _filled;
    private long _since;

    internal bool IsLate => Stopwatch.GetElapsedTime(_since) > s_patience;

    /// <summary>Gives up the server that was asked, if one was, and asks the next.</summary>
    internal void AskNext()
    {
        while (true)
        {
            Close();
            if (_next >= servers.Count)
            {
                ended(this);
                send(DnsReply.Empty(query, DnsCode.ServerFailure));
                return;
            }

            IPEndPoint server = new(servers[_next++], Port);
            Prepare();
            try
            {
                place(() => _socket = isStream ? InternetSockets.TryConnect(server) : Connected(server));
            }
            catch (LinuxException)
            {
                continue; // a family the host has not, or a container that is ending
            }

            if (_socket is not null && (isStream || InternetSockets.Send(_socket, _request) == _request.Length))
            {
                loop.Watch(_socket, isStream ? EventMask.EPOLLOUT : EventMask.EPOLLIN, isStream ? OnStream : OnDatagram);
                return;
            }
        }
    }

    public void Dispose()
    {
        Close();
        ended(this);
    }

    private static SafeFileHandle? Connected(IPEndPoint server)
    {
        SafeFileHandle socket = InternetSockets.Datagram(server.Address);
        if (InternetSockets.TryConnectDatagram(socket, server))
        {
            return socket;
        }

        socket.Dispose();
        return null;
    }

    private void Prepare()
    {
        _since = Stopwatch.GetTimestamp();
        _id = (ushort)Random.Shared.Next(ushort.MaxValue + 1);
        int before = isStream ? 2 : 0;
        _request = new byte[before + query.Message.Length];
        query.Message.CopyTo(_request, before);
        BinaryPrimitives.WriteUInt16BigEndian(_request.AsSpan(before), _id);
        if (isStream)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_request, (ushort)query.Message.Length);
        }

        (_sent, _filled) = (0, 0);
    }

    private void OnDatagram(EventMask events)
    {
        byte[] buffer = new byte[DnsQuery.LargestDatagram];
        int got = InternetSockets.Receive(_socket!, buffer);
        if (got == -2)
        {
            AskNext(); // nobody listens there
        }
        else if (got > 0 && query.IsAnsweredBy(buffer.AsSpan(0, got), _id))
        {
            End(buffer[..got]);
        }
    }

    private void OnStream(EventMask events)
    {
        if (_sent < _request.Length)
        {
            int put = InternetSockets.Send(_socket!, _request.AsSpan(_sent));
            if (put == -2)
            {
                AskNext();
                return;
            }

            _sent += Math.Max(0, put);
            if (_sent == _request.Length)
            {
                _answer = new byte[2 + DnsQuery.LongestMessage];
                loop.Watch(_socket!, EventMask.EPOLLIN, OnStream);
            }

            return;
        }

        int got = InternetSockets.Receive(_socket!, _answer.AsSpan(_filled));
        if (got is 0 or -2)
        {
            AskNext();
            return;
        }

        _filled += Math.Max(0, got);
        int length = _filled < 2 ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(_answer);
        if (_filled < 2 || _filled < 2 + length)
        {
            return;
        }

        if (query.IsAnsweredBy(_answer.AsSpan(2, length), _id))
        {
            End(_answer.AsSpan(2, length).ToArray());
        }
        else
        {
            AskNext();
        }
    }

    private void End(byte[] answer)
    {
        BinaryPrimitives.WriteUInt16BigEndian(answer, query.Id);
        Close();
        ended(this);
        send(answer);
    }

    private void Close()
    {
        if (_socket is not null)
        {
            loop.Forget(_socket);
            _socket.Dispose();
            _socket = null;
        }
    }
}
