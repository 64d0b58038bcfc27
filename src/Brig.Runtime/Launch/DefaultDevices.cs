using Brig.Oci.Runtime;

namespace Brig.Runtime.Launch;

/// <summary>What is in every container's /dev (runtime-spec config-linux.md#default-devices, runtime-linux.md#dev-symbolic-links).</summary>
internal static class DefaultDevices
{
    internal static readonly DeviceSpec[] All =
    [
        Character("null", 1, 3), Character("zero", 1, 5), Character("full", 1, 7),
        Character("random", 1, 8), Character("urandom", 1, 9), Character("tty", 5, 0),
    ];

    internal static readonly (string Target, string Name)[] Links =
    [
        ("/proc/self/fd", "fd"), ("/proc/self/fd/0", "stdin"), ("/proc/self/fd/1", "stdout"), ("/proc/self/fd/2", "stderr"),
        ("/proc/kcore", "core"), ("pts/ptmx", "ptmx"),
    ];

    private static DeviceSpec Character(string name, long major, long minor) => new() { Path = "/dev/" + name, Type = "c", Major = major, Minor = minor };
}
