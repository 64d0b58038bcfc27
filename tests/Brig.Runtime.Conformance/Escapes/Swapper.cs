using System.Runtime.InteropServices;
using System.Text;

namespace Brig.Runtime.Conformance.Escapes;

/// <summary>Exchanges two names of a directory as fast as it can, as a program in a container that shares a volume would.</summary>
public sealed partial class Swapper : IDisposable
{
    private const int AT_FDCWD = -100;
    private const uint RENAME_EXCHANGE = 2;
    private readonly byte[] _one;
    private readonly byte[] _other;
    private readonly Thread _thread;
    private volatile bool _over;

    public Swapper(string one, string other)
    {
        _one = Encoding.UTF8.GetBytes(one + "\0");
        _other = Encoding.UTF8.GetBytes(other + "\0");
        _thread = new Thread(() =>
        {
            while (!_over)
            {
                _ = Rename(AT_FDCWD, _one, AT_FDCWD, _other, RENAME_EXCHANGE);
                Rounds++;
            }
        });
        _thread.Start();
    }

    public long Rounds { get; private set; }

    public void Dispose()
    {
        _over = true;
        _thread.Join();
    }

    [LibraryImport("libc", EntryPoint = "renameat2")]
    private static partial int Rename(int oneFolder, byte[] one, int otherFolder, byte[] other, uint flags);
}
