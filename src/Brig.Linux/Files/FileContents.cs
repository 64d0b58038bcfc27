using System.Buffers;
using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>Copies bytes between files inside the kernel: shared extents where the file system can, no copy through user space where it can not.</summary>
public static partial class FileContents
{
    /// <summary>Copies from both files' positions to the source's end.</summary>
    public static void Copy(SafeHandle source, SafeHandle target)
    {
        const int chunk = 1 << 30;
        while (true)
        {
            long copied = CopyFileRange(Files.Number(source), 0, Files.Number(target), 0, chunk, 0);
            if (copied == 0)
            {
                return;
            }

            if (copied < 0)
            {
                switch ((Errno)Marshal.GetLastPInvokeError())
                {
                    case Errno.EINTR:
                        break;
                    case Errno.EXDEV or Errno.EINVAL or Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EBADF:
                        CopyThrough(source, target);
                        return;
                    default:
                        throw LinuxException.Last("copy_file_range", null);
                }
            }
        }
    }

    private static void CopyThrough(SafeHandle source, SafeHandle target)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(256 << 10);
        try
        {
            int got;
            while ((got = Files.Read(source, buffer)) > 0)
            {
                Files.WriteAll(target, buffer.AsSpan(0, got));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    private static partial long CopyFileRange(int source, nint sourceOffset, int target, nint targetOffset, nint length, uint flags);
}
