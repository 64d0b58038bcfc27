namespace Brig.Linux;

/// <summary>Random bytes of the kernel (man 2 getrandom). The framework's generator loads OpenSSL first, which takes longer than all else that a container needs at its start.</summary>
public static class Entropy
{
    /// <summary>Fills the whole of it; waits where the kernel has none yet, early at boot.</summary>
    public static unsafe void Fill(Span<byte> bytes)
    {
        // Up to 256 bytes come whole, whatever interrupts.
        const int Whole = 256;
        for (; bytes.Length > 0; bytes = bytes[Math.Min(bytes.Length, Whole)..])
        {
            fixed (byte* start = bytes)
            {
                if (Libc.Syscall(SyscallNumber.Getrandom, (nint)start, Math.Min(bytes.Length, Whole), 0) < 0)
                {
                    throw LinuxException.Last("getrandom", null);
                }
            }
        }
    }

    /// <summary>As lower-case hex digits, two a byte.</summary>
    public static string Hex(int length)
    {
        byte[] bytes = new byte[length];
        Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
