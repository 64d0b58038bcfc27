using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>Terminals and pseudo-terminals (man 4 tty_ioctl, man 4 pts).</summary>
public static partial class Terminal
{
    private const int TIOCGPTN = unchecked((int)0x80045430);
    private const int TIOCSPTLCK = 0x40045431;
    private const int TIOCGPTPEER = 0x5441;
    private const int TIOCGWINSZ = 0x5413;
    private const int TIOCSWINSZ = 0x5414;
    private const int TCGETS = 0x5401;
    private const int TCSETSW = 0x5403;

    /// <summary>Opens a new pair from a devpts mount (a detached one too): the master, the slave and the slave's number under <c>/dev/pts</c>.</summary>
    public static unsafe (SafeFileHandle Master, SafeFileHandle Slave, int Number) OpenPair(SafeHandle devpts)
    {
        SafeFileHandle master = Files.OpenAt(devpts, "ptmx", OpenFlags.O_RDWR | OpenFlags.O_NOCTTY);
        try
        {
            int unlock = 0, number = 0;
            Check(Ioctl(Files.Number(master), TIOCSPTLCK, &unlock), "unlock terminal");
            Check(Ioctl(Files.Number(master), TIOCGPTN, &number), "number of terminal");
            int slave = IoctlNumber(Files.Number(master), TIOCGPTPEER, Files.Native(OpenFlags.O_RDWR | OpenFlags.O_NOCTTY));
            Check(slave, "open terminal");
            return (master, new SafeFileHandle(slave, ownsHandle: true), number);
        }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    public static unsafe bool IsTerminal(int file)
    {
        Termios settings;
        return Ioctl(file, TCGETS, &settings) == 0;
    }

    /// <summary>Rows and columns; null where it is no terminal.</summary>
    public static unsafe (ushort Rows, ushort Columns)? TrySize(int file)
    {
        WindowSize size;
        return Ioctl(file, TIOCGWINSZ, &size) == 0 ? (size.Rows, size.Columns) : null;
    }

    public static unsafe void Resize(SafeHandle terminal, ushort rows, ushort columns)
    {
        WindowSize size = new() { Rows = rows, Columns = columns };
        Check(Ioctl(Files.Number(terminal), TIOCSWINSZ, &size), "resize terminal");
    }

    /// <summary>Puts a terminal into raw mode, as cfmakeraw(3); the returned bytes go to <see cref="Restore"/>.</summary>
    public static unsafe byte[] MakeRaw(int file)
    {
        Termios settings;
        Check(Ioctl(file, TCGETS, &settings), "terminal settings");
        byte[] before = MemoryMarshal.AsBytes(new ReadOnlySpan<Termios>(in settings)).ToArray();
        settings.Input &= ~0x5EBu;    // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
        settings.Output &= ~0x1u;     // OPOST
        settings.Local &= ~0x804Bu;   // ECHO ECHONL ICANON ISIG IEXTEN
        settings.Control = (settings.Control & ~0x130u) | 0x30u; // CSIZE PARENB; CS8
        settings.Minimum = 1;
        settings.Time = 0;
        Check(Ioctl(file, TCSETSW, &settings), "terminal settings");
        return before;
    }

    /// <summary>Shows nothing of what is typed, but for the end of the line; the returned bytes go to <see cref="Restore"/>.</summary>
    public static unsafe byte[] HideInput(int file)
    {
        Termios settings;
        Check(Ioctl(file, TCGETS, &settings), "terminal settings");
        byte[] before = MemoryMarshal.AsBytes(new ReadOnlySpan<Termios>(in settings)).ToArray();
        settings.Local &= ~0x8u;      // ECHO
        Check(Ioctl(file, TCSETSW, &settings), "terminal settings");
        return before;
    }

    public static unsafe void Restore(int file, byte[] settings)
    {
        fixed (byte* start = settings)
        {
            _ = Ioctl(file, TCSETSW, start);
        }
    }

    private static void Check(int result, string operation)
    {
        if (result < 0)
        {
            throw LinuxException.Last(operation, null);
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int Ioctl(int file, nint request, void* argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoctlNumber(int file, nint request, nint argument);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        internal ushort Rows;
        internal ushort Columns;
        internal ushort Width;
        internal ushort Height;
    }

    /// <summary>The kernel's struct termios (asm-generic/termbits.h).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 36)]
    private struct Termios
    {
        [FieldOffset(0)] internal uint Input;
        [FieldOffset(4)] internal uint Output;
        [FieldOffset(8)] internal uint Control;
        [FieldOffset(12)] internal uint Local;
        [FieldOffset(22)] internal byte Time;    // c_cc[VTIME = 5]
        [FieldOffset(23)] internal byte Minimum; // c_cc[VMIN = 6]
    }
}
