using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brig.EndToEnd.Support;

/// <summary>A pseudo-terminal with <c>brig</c> on it as its controlling terminal, as a person's shell would have it.</summary>
public sealed partial class PseudoTerminal : IDisposable
{
    private readonly FileStream _master;
    private readonly int _number;
    private readonly string _name;
    private readonly StringBuilder _screen = new();
    private RunningCommand? _command;

    public PseudoTerminal(ushort rows = 24, ushort columns = 80)
    {
        const int O_RDWR = 2, O_NOCTTY = 0x100, O_CLOEXEC = 0x80000;
        _number = OpenMaster(O_RDWR | O_NOCTTY | O_CLOEXEC);
        Assert.True(_number >= 0 && Grant(_number) == 0 && Unlock(_number) == 0, "no pseudo-terminal");
        byte[] name = new byte[64];
        Assert.Equal(0, NameOf(_number, name, 64));
        _name = Encoding.ASCII.GetString(name, 0, Array.IndexOf(name, (byte)0));
        _master = new FileStream(new SafeFileHandle(_number, ownsHandle: true), FileAccess.ReadWrite, 0);
        Resize(rows, columns);
        new Thread(Read) { IsBackground = true }.Start();
    }

    /// <summary>Everything that was shown.</summary>
    public string Screen
    {
        get
        {
            lock (_screen)
            {
                return _screen.ToString();
            }
        }
    }

    /// <summary>The terminal's settings in stty's short form, for a comparison.</summary>
    public string Settings => Host.Shell($"stty -g < {_name}");

    /// <summary>Starts brig on the terminal.</summary>
    /// <param name="root">What brig works in.</param>
    /// <param name="arguments">As a shell takes them.</param>
    /// <param name="environment">NAME=VALUE, as a shell takes it.</param>
    public void Start(EngineRoot root, string arguments, string environment = "")
    {
        // The shell opens the terminal, setsid -c makes it the controlling one of a new session.
        _command = new("/bin/sh", ["-c", $"exec env {environment} setsid -c -w {EngineRoot.Binary} {root.Global} {arguments} <{_name} >{_name} 2>&1"]);
    }

    public void Type(string text)
    {
        _master.Write(Encoding.UTF8.GetBytes(text));
        _master.Flush();
    }

    public bool Shows(string text, double seconds = 90) => Host.Eventually(() => Screen.Contains(text, StringComparison.Ordinal), seconds);

    public void Resize(ushort rows, ushort columns)
    {
        const int TIOCSWINSZ = 0x5414;
        ushort[] size = [rows, columns, 0, 0];
        Assert.Equal(0, Control(_number, TIOCSWINSZ, size));
    }

    public Outcome Wait(double seconds = 120) => _command!.Wait(seconds);

    public void Dispose()
    {
        _command?.Dispose();
        _master.Dispose();
    }

    private void Read()
    {
        byte[] piece = new byte[4096];
        while (true)
        {
            try
            {
                int got = _master.Read(piece);
                if (got > 0)
                {
                    lock (_screen)
                    {
                        _screen.Append(Encoding.UTF8.GetString(piece, 0, got));
                    }
                }
            }
            catch (IOException)
            {
                Thread.Sleep(20); // EIO while nobody has the slave open
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt")]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt")]
    private static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static partial int NameOf(int master, [Out] byte[] name, nuint size);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int file, nint request, ushort[] size);
}
