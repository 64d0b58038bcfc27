namespace Brig.Linux;

/// <summary>Flags of open(2). O_CLOEXEC is always added.</summary>
[Flags]
public enum OpenFlags
{
    O_RDONLY = 0,
    O_WRONLY = 1,
    O_RDWR = 2,
    O_CREAT = 0x40,
    O_EXCL = 0x80,
    O_NOCTTY = 0x100,
    O_TRUNC = 0x200,
    O_APPEND = 0x400,
    O_NONBLOCK = 0x800,
    O_CLOEXEC = 0x80000,
    O_PATH = 0x200000,

    /// <summary>The number on x86-64; see <see cref="Files"/> for the others.</summary>
    O_DIRECTORY = 0x10000,

    /// <summary>The number on x86-64; see <see cref="Files"/> for the others.</summary>
    O_NOFOLLOW = 0x20000,
}
