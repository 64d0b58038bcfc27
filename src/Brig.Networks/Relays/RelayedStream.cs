using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Networks.Relays;

/// <summary>One direction of a relayed connection.</summary>
internal sealed class RelayedStream(SafeFileHandle from, SafeFileHandle to)
{
    private const int Rounds = 16;
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;
    private bool _ended;

    internal bool WantsInput => !_ended && _start == _end;

    internal bool WantsOutput => _start < _end;

    /// <summary>Everything was read and passed on, and so was the end.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>Passes on what there is, for a while; false where a connection is broken.</summary>
    internal bool TryPump()
    {
        for (int round = 0; round < Rounds; round++)
        {
            if (_start == _end)
            {
                if (_ended)
                {
                    if (!IsOver)
                    {
                        IsOver = true;
                        UnixSockets.EndWriting(to);
                    }

                    return true;
                }

                int got = InternetSockets.Receive(from, _buffer);
                if (got is -1 or -2)
                {
                    return got == -1;
                }

                (_start, _end) = (0, got);
                _ended = got == 0;
                continue;
            }

            int put = InternetSockets.Send(to, _buffer.AsSpan(_start, _end - _start));
            if (put < 0)
            {
                return put == -1;
            }

            _start += put;
        }

        return true;
    }
}
