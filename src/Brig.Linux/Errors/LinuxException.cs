using System.Runtime.InteropServices;

namespace Brig.Linux;

/// <summary>A system call that failed: what was tried, on what, and the kernel's answer, as <c>operation path: reason</c>.</summary>
public sealed class LinuxException(string operation, string? path, Errno errno) : IOException(Describe(operation, path, errno))
{
    /// <summary>The call or the verb, e.g. <c>mount</c>.</summary>
    public string Operation { get; } = operation;

    /// <summary>What it was done to, as the reader knows it.</summary>
    public string? Path { get; } = path;

    public Errno Errno { get; } = errno;

    /// <summary>The exception for the call that just failed on this thread.</summary>
    public static LinuxException Last(string operation, string? path) => new(operation, path, (Errno)Marshal.GetLastPInvokeError());

    /// <summary>The kernel's words for an error number, e.g. <c>permission denied</c>.</summary>
    public static string Reason(Errno errno) => errno.Describe();

    private static string Describe(string operation, string? path, Errno errno) =>
        path is null ? $"{operation}: {errno.Describe()}" : $"{operation} {path}: {errno.Describe()}";
}
