using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.OciRuntime;

/// <summary>Descriptors that the caller handed over from 3 on: sockets of systemd's activation (man 3 sd_listen_fds) and those asked for.</summary>
internal static class InheritedDescriptors
{
    private const int First = 3;

    /// <summary>How many there are; each must be open. All others that the caller left open are closed: a clone that joins a container would show them to it.</summary>
    internal static int Count(long asked)
    {
        long count = asked + Activated;
        if (count is < 0 or > 4096)
        {
            throw BrigException.Invalid($"preserve-fds: {asked} is out of range");
        }

        for (int number = First; number < First + count; number++)
        {
            if (Files.TryStat(null, $"/proc/self/fd/{number}") is null)
            {
                throw BrigException.Invalid($"please check that preserved-fd {number - First} (of {count}) is present: stat /proc/self/fd/{number}: no such file or directory");
            }
        }

        OwnProgram.CloseInherited(First + (int)count);
        return (int)count;
    }

    /// <summary>What LISTEN_FDS says.</summary>
    internal static int Activated => int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), out int count) && count > 0 ? count : 0;
}
