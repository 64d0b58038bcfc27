using System.Runtime.InteropServices;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.OciRuntime;

/// <summary>Waits for a process that was started here: passes signals on, and the bytes of its terminal where this program has that.</summary>
internal sealed class ForegroundProcess(int pid, SafeFileHandle process, SafeFileHandle? terminal)
{
    private const int SIGWINCH = 28;

    // Everything but what is this program's own business: SIGCHLD, SIGPIPE, SIGURG, and what cannot be caught.
    private static readonly int[] s_forwarded = [1, 2, 3, 10, 12, 14, 15, 18, 24, 25, 26, 28, 29, 30];

    /// <summary>Its exit code. Nothing may be cloned any more: signals need a thread.</summary>
    internal int Run()
    {
        using EventLoop loop = new();
        using SafeFileHandle input = new(0, ownsHandle: false), output = new(1, ownsHandle: false);
        (SafeFileHandle read, SafeFileHandle write) = Pipes.Create();
        using (read)
        using (write)
        {
            List<PosixSignalRegistration> registrations = Register(write);
            byte[]? settings = terminal is not null && Terminal.IsTerminal(0) ? Terminal.MakeRaw(0) : null;
            try
            {
                return Follow(loop, read, input, output);
            }
            finally
            {
                if (settings is not null)
                {
                    Terminal.Restore(0, settings);
                }

                registrations.ForEach(registration => registration.Dispose());
            }
        }
    }

    private static List<PosixSignalRegistration> Register(SafeFileHandle write)
    {
        Files.SetNonBlocking(write);
        return [.. s_forwarded.Select(signal => PosixSignalRegistration.Create((PosixSignal)signal, context =>
        {
            context.Cancel = true;
            Files.Write(write, [(byte)signal]);
        }))];
    }

    private int Follow(EventLoop loop, SafeFileHandle signals, SafeFileHandle input, SafeFileHandle output)
    {
        bool ended = false, open = terminal is not null;
        loop.Watch(process, EventMask.EPOLLIN, _ => ended = true);
        loop.Watch(signals, EventMask.EPOLLIN, _ =>
        {
            Span<byte> numbers = stackalloc byte[64];
            foreach (byte signal in numbers[..Math.Max(0, Files.Read(signals, numbers))])
            {
                Signal(signal);
            }
        });
        if (terminal is not null)
        {
            Resize();
            byte[] piece = new byte[32 << 10];
            loop.Watch(terminal, EventMask.EPOLLIN, _ => open = Copy(loop, terminal, output, piece));
            if (loop.CanWatch(input))
            {
                loop.Watch(input, EventMask.EPOLLIN, _ => Copy(loop, input, terminal, piece));
            }
        }

        while (!ended || open)
        {
            loop.RunOnce(ended ? TimeSpan.FromMilliseconds(200) : null);
            open &= !ended || (terminal is not null && open && HasMore());
        }

        return Processes.Wait(pid);
    }

    private bool HasMore() => Polling.HasInput(terminal!);

    private void Signal(byte signal)
    {
        if (signal == SIGWINCH && terminal is not null)
        {
            Resize();
        }
        else
        {
            Processes.Signal(process, signal);
        }
    }

    private void Resize()
    {
        if (Terminal.TrySize(0) is { } size)
        {
            Terminal.Resize(terminal!, size.Rows, size.Columns);
        }
    }

    /// <summary>One piece; false at the end.</summary>
    private static bool Copy(EventLoop loop, SafeFileHandle from, SafeFileHandle to, byte[] piece)
    {
        int got;
        try
        {
            got = Files.Read(from, piece);
        }
        catch (LinuxException error) when (error.Errno == Errno.EIO)
        {
            got = 0; // a terminal whose other side is closed
        }

        if (got > 0)
        {
            Files.WriteAll(to, piece.AsSpan(0, got));
        }
        else if (got == 0)
        {
            loop.Forget(from);
        }

        return got != 0;
    }
}
