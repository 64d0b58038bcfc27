using System.Runtime.InteropServices;

namespace Brig.Linux;

internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    internal static partial int Setns(int file, uint type);
}
