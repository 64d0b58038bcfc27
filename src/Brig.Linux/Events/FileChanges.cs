using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Brig.Linux;

/// <summary>Tells when a file is written to (inotify(7)).</summary>
public static partial class FileChanges
{
    /// <summary>A descriptor that becomes readable when the file changes; what it gives is only to be thrown away.</summary>
    public static SafeFileHandle Watch(string path)
    {
        const int IN_CLOEXEC_NONBLOCK = 0x80800;
        const uint IN_MODIFY = 2;
        int watch = Init(IN_CLOEXEC_NONBLOCK);
        SafeFileHandle handle = watch < 0 ? throw LinuxException.Last("inotify_init", null) : new SafeFileHandle(watch, ownsHandle: true);
        if (Add(watch, path, IN_MODIFY) < 0)
        {
            LinuxException error = LinuxException.Last("inotify_add_watch", path);
            handle.Dispose();
            throw error;
        }

        return handle;
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Init(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Add(int watch, string path, uint mask);
}
