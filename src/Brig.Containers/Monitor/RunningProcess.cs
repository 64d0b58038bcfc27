using Brig.Linux;
using Brig.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Monitor;

/// <summary>
/// A process with its streams and the clients that are attached to it. Its end is told once: when it has exited and its
/// output was read to the end, or two seconds later where a grandchild keeps a stream open (semantics.md 45, 46).
/// </summary>
internal sealed class RunningProcess : IDisposable
{
    private const int PieceSize = 32 << 10;
    private const int MaximumInput = 1 << 20;
    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(2);

    private readonly EventLoop _loop;
    private readonly LaunchedProcess _process;
    private readonly Action<int, ReadOnlyMemory<byte>> _output;
    private readonly Action<int> _ended;
    private readonly List<Session> _sessions = [];
    private readonly Queue<byte[]> _input = new();
    private readonly byte[] _piece = new byte[PieceSize];
    private bool _outputOpen = true;
    private bool _errorOpen;
    private bool _inputOpen = true;
    private bool _endInput;
    private int _inputSent;
    private int _inputPending;
    private int? _exitCode;
    private bool _told;

    /// <param name="output">Gets every piece of output: 1 or 2, and the bytes, valid during the call.</param>
    /// <param name="ended">Gets the exit code.</param>
    internal RunningProcess(EventLoop loop, LaunchedProcess process, Action<int, ReadOnlyMemory<byte>> output, Action<int> ended)
    {
        (_loop, _process, _output, _ended) = (loop, process, output, ended);
        _errorOpen = process.Error is not null;
        Files.SetNonBlocking(process.Input);
        Files.SetNonBlocking(process.Output);
        if (_errorOpen)
        {
            Files.SetNonBlocking(process.Error!);
        }

        loop.Watch(process.PidFd, EventMask.EPOLLIN, _ => OnExit());
        WatchOutput();
    }

    internal int Pid => _process.Pid;

    internal bool HasExited => _exitCode is not null;

    internal LaunchedProcess Launched => _process;

    /// <summary>Standard input ends with the first client that gave it.</summary>
    internal bool InputOnce { get; init; }

    internal void Attach(Session session, AttachOptions options)
    {
        session.Attached = options;
        session.Drained = WatchOutput;
        _sessions.Add(session);
    }

    internal void Detach(Session session)
    {
        if (_sessions.Remove(session))
        {
            if (InputOnce && (session.Attached & AttachOptions.Input) != 0)
            {
                EndInput();
            }

            WatchOutput();
        }
    }

    internal void Write(byte[] bytes)
    {
        if (_inputOpen && !_endInput)
        {
            _input.Enqueue(bytes);
            _inputPending += bytes.Length;
            FlushInput();
        }
    }

    /// <summary>Ends standard input once everything before is written. A terminal has no end: programs read its end-of-file character.</summary>
    internal void EndInput()
    {
        if (_process.IsTerminal)
        {
            return;
        }

        _endInput = true;
        FlushInput();
    }

    internal void Resize(ushort rows, ushort columns)
    {
        if (_process.IsTerminal && rows > 0 && columns > 0 && _outputOpen)
        {
            Terminal.Resize(_process.Output, rows, columns);
        }
    }

    internal bool Signal(int signal) => _exitCode is null && Processes.Signal(_process.PidFd, signal);

    public void Dispose()
    {
        CloseOutput();
        CloseError();
        CloseInput();
        _loop.Forget(_process.PidFd);
        _process.Dispose();
    }

    /// <summary>Reads on unless a client is behind. What is not watched is forgotten whole: a mask of none still reports a hang-up, for ever.</summary>
    private void WatchOutput()
    {
        EventMask read = _sessions.Exists(session => session.IsBehind) ? EventMask.None : EventMask.EPOLLIN;
        if (_outputOpen)
        {
            Watch(_process.Output, read | (_process.IsTerminal && _input.Count > 0 ? EventMask.EPOLLOUT : EventMask.None), OnOutput);
        }

        if (_errorOpen)
        {
            Watch(_process.Error!, read, _ => Read(2, _process.Error!));
        }
    }

    private void Watch(SafeFileHandle file, EventMask mask, Action<EventMask> ready)
    {
        if (mask == EventMask.None)
        {
            _loop.Forget(file);
        }
        else
        {
            _loop.Watch(file, mask, ready);
        }
    }

    private void OnOutput(EventMask events)
    {
        if ((events & EventMask.EPOLLOUT) != 0)
        {
            FlushInput();
        }

        if (_outputOpen && (events & (EventMask.EPOLLIN | EventMask.EPOLLHUP | EventMask.EPOLLERR)) != 0)
        {
            Read(1, _process.Output);
        }
    }

    private void Read(int stream, SafeFileHandle file)
    {
        int got;
        try
        {
            got = Files.Read(file, _piece);
        }
        catch (LinuxException error) when (error.Errno == Errno.EIO)
        {
            got = 0; // a terminal whose slave is closed
        }

        if (got < 0)
        {
            return;
        }

        if (got == 0)
        {
            if (stream == 1)
            {
                CloseOutput();
            }
            else
            {
                CloseError();
            }

            TellEnd();
            return;
        }

        _output(stream, _piece.AsMemory(0, got));
        AttachOptions wanted = stream == 1 ? AttachOptions.Output : AttachOptions.Error;
        byte[]? frame = null;
        foreach (Session session in _sessions.ToArray())
        {
            if ((session.Attached & wanted) != 0)
            {
                session.Send(frame ??= Frames.Make(stream == 1 ? FrameType.Output : FrameType.ErrorOutput, _piece.AsSpan(0, got)));
            }
        }

        if (_sessions.Exists(session => session.IsBehind))
        {
            WatchOutput();
        }
    }

    private void FlushInput()
    {
        try
        {
            while (_inputOpen && _input.TryPeek(out byte[]? bytes))
            {
                int put = Files.Write(_process.Input, bytes.AsSpan(_inputSent));
                if (put < 0)
                {
                    WatchInput();
                    HoldClients();
                    return;
                }

                _inputPending -= put;
                _inputSent += put;
                if (_inputSent == bytes.Length)
                {
                    _input.Dequeue();
                    _inputSent = 0;
                }
            }
        }
        catch (LinuxException)
        {
            CloseInput(); // nobody reads it any more
            return;
        }

        HoldClients();
        if (_endInput)
        {
            CloseInput();
        }
        else
        {
            WatchInput();
        }
    }

    /// <summary>A process that does not read makes those who write to it wait, instead of filling this one's memory.</summary>
    private void HoldClients()
    {
        foreach (Session session in _sessions)
        {
            bool hold = _inputPending > MaximumInput && (session.Attached & AttachOptions.Input) != 0;
            if (session.IsPaused != hold)
            {
                session.IsPaused = hold;
            }
        }
    }

    private void WatchInput()
    {
        if (_process.IsTerminal)
        {
            WatchOutput();
        }
        else if (_inputOpen && _input.Count > 0)
        {
            _loop.Watch(_process.Input, EventMask.EPOLLOUT, _ => FlushInput());
        }
        else if (_inputOpen)
        {
            _loop.Forget(_process.Input);
        }
    }

    private void OnExit()
    {
        if (_exitCode is null && Processes.TryReap(_process.Pid) is int code)
        {
            _exitCode = code;
            _loop.Forget(_process.PidFd);
            CloseInput();
            _loop.After(s_drainTime, () =>
            {
                CloseOutput();
                CloseError();
                TellEnd();
            });
            TellEnd();
        }
    }

    private void TellEnd()
    {
        if (!_told && _exitCode is int code && !_outputOpen && !_errorOpen)
        {
            _told = true;
            _ended(code);
        }
    }

    private void CloseInput()
    {
        // A terminal's master is one descriptor for both ways: it closes with the output.
        if (_inputOpen && !_process.IsTerminal)
        {
            _loop.Forget(_process.Input);
            _process.Input.Dispose();
        }

        _inputOpen = false;
        _input.Clear();
        _inputPending = 0;
        HoldClients();
    }

    private void CloseOutput()
    {
        if (_outputOpen)
        {
            _outputOpen = false;
            _loop.Forget(_process.Output);
            _process.Output.Dispose();
        }
    }

    private void CloseError()
    {
        if (_errorOpen)
        {
            _errorOpen = false;
            _loop.Forget(_process.Error!);
            _process.Error!.Dispose();
        }
    }
}
