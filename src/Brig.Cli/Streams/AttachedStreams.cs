using System.Runtime.InteropServices;
using Brig.Containers.Monitor;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.Streams;

/// <summary>Connects this program's standard streams, signals and terminal to a process in a container, until it ends or the user detaches.</summary>
internal sealed class AttachedStreams : IDisposable
{
    private const int PieceSize = 32 << 10;

    // Everything but what the kernel or the C library means for this process alone (semantics.md 30).
    private static readonly int[] s_forwarded = [1, 2, 3, 10, 12, 14, 15, 18, 23, 24, 25, 26, 29, 30];

    private readonly AttachedOptions _options;
    private readonly EventLoop _loop = new();
    private readonly Session _session;
    private readonly SafeFileHandle _input = new(0, ownsHandle: false);
    private readonly SafeFileHandle _output = new(1, ownsHandle: false);
    private readonly SafeFileHandle _error = new(2, ownsHandle: false);
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly DetachKeys _keys;
    private SafeFileHandle? _signalled;
    private bool _inputReady;
    private bool _inputEnded;
    private int? _exitCode;
    private bool _detached;
    private bool _lost;

    public AttachedStreams(MonitorConnection connection, AttachedOptions options)
    {
        _options = options;
        _keys = DetachKeys.Parse(options.DetachKeys);
        _session = connection.Watch(_loop);
        _session.Received = OnReceived;
        _session.Closed = () => _lost = _exitCode is null;
        _session.Drained = WatchInput;
    }

    /// <summary>The exit code of the process; null where the user detached.</summary>
    public int? Run()
    {
        byte[]? settings = _options.Terminal && _options.Input && Terminal.IsTerminal(0) ? Terminal.MakeRaw(0) : null;
        try
        {
            ForwardSignals();
            _inputEnded = !_options.Input;
            _inputReady = _options.Input && !_loop.CanWatch(_input);
            WatchInput();
            _session.Resume();
            while (_exitCode is null && !_detached && !_lost)
            {
                bool always = _inputReady && !_inputEnded && !_session.IsBehind;
                _loop.RunOnce(always ? TimeSpan.Zero : null);
                if (always)
                {
                    ReadInput();
                }
            }
        }
        finally
        {
            if (settings is not null)
            {
                Terminal.Restore(0, settings);
            }
        }

        return _lost ? throw new BrigException(ErrorKind.Internal, "the connection to the container's monitor was lost") : _exitCode;
    }

    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _session.Dispose();
        _signalled?.Dispose();
        _loop.Dispose();
    }

    private void OnReceived(FrameType type, byte[] content)
    {
        switch (type)
        {
            case FrameType.Output:
                Write(_output, content);
                break;
            case FrameType.ErrorOutput:
                Write(_error, content);
                break;
            case FrameType.Exited:
                _exitCode = new Message(type, content).Number;
                break;
            case FrameType.Failed:
                throw new Message(type, content).Error;
        }
    }

    /// <summary>Output that nobody takes any more is dropped; the container goes on.</summary>
    private static void Write(SafeFileHandle file, byte[] bytes)
    {
        try
        {
            Files.WriteAll(file, bytes);
        }
        catch (LinuxException error) when (error.Errno == Errno.EPIPE)
        {
        }
    }

    private void WatchInput()
    {
        if (_inputReady || !_options.Input)
        {
            return;
        }

        if (_inputEnded || _session.IsBehind)
        {
            _loop.Forget(_input);
        }
        else
        {
            _loop.Watch(_input, EventMask.EPOLLIN, _ => ReadInput());
        }
    }

    private void ReadInput()
    {
        Span<byte> piece = stackalloc byte[PieceSize];
        int got = Files.Read(_input, piece);
        if (got < 0)
        {
            return;
        }

        if (got == 0)
        {
            _inputEnded = true;
            WatchInput();
            _session.InputEnd();
            return;
        }

        if (!_options.Terminal)
        {
            _session.Input(piece[..got]);
        }
        else
        {
            List<byte> passed = [];
            _detached = _keys.Look(piece[..got], passed);
            if (passed.Count > 0)
            {
                _session.Input(CollectionsMarshal.AsSpan(passed));
            }
        }

        WatchInput();
    }

    /// <summary>Handlers run on a thread of the runtime's: they hand the number over through a pipe.</summary>
    private void ForwardSignals()
    {
        (SafeFileHandle read, SafeFileHandle write) = Pipes.Create();
        _signalled = write;
        Files.SetNonBlocking(write);
        const int SIGWINCH = 28;
        foreach (int signal in _options.ForwardSignals ? [SIGWINCH, .. s_forwarded] : new[] { SIGWINCH })
        {
            if (signal != SIGWINCH || _options.Terminal)
            {
                _signals.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
                {
                    context.Cancel = true;
                    Files.Write(write, [(byte)signal]);
                }));
            }
        }

        _loop.Watch(read, EventMask.EPOLLIN, _ =>
        {
            Span<byte> numbers = stackalloc byte[64];
            foreach (byte signal in numbers[..Math.Max(0, Files.Read(read, numbers))])
            {
                if (signal != SIGWINCH)
                {
                    _session.Signal(signal);
                }
                else if (Terminal.TrySize(1) is { } size)
                {
                    _session.Resize(size.Rows, size.Columns);
                }
            }
        });
    }
}
