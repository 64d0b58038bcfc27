using Brig.Linux;
using Brig.Oci;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Launch;

/// <summary>Time namespaces (man 7 time_namespaces): made for the children of the caller, their clocks set before the first comes in.</summary>
internal static class TimeNamespaces
{
    internal static void Make(IReadOnlyDictionary<string, TimeOffsetSpec>? offsets)
    {
        Namespaces.Unshare(NamespaceFlags.CLONE_NEWTIME);
        foreach ((string clock, TimeOffsetSpec offset) in offsets ?? new Dictionary<string, TimeOffsetSpec>())
        {
            if (clock is not ("monotonic" or "boottime"))
            {
                throw BrigException.Invalid($"linux.timeOffsets: unknown clock \"{Oci.Text.Quote(clock)}\"");
            }

            Files.WriteValue("/proc/self/timens_offsets", $"{clock} {offset.Secs} {offset.Nanosecs}");
        }
    }
}
