using Brig.Oci;
using Brig.Oci.Runtime;

namespace Brig.Runtime.Launch;

/// <summary>I/O priorities as ioprio_set(2) takes them: the class in the upper bits, the level below.</summary>
internal static class IoPriorities
{
    internal static int Number(IoPrioritySpec priority)
    {
        const int IOPRIO_CLASS_SHIFT = 13;
        int rank = priority.Class switch
        {
            "IOPRIO_CLASS_RT" => 1,
            "IOPRIO_CLASS_BE" => 2,
            "IOPRIO_CLASS_IDLE" => 3,
            var other => throw BrigException.Invalid($"process.ioPriority.class: unknown class \"{Oci.Text.Quote(other)}\""),
        };
        return priority.Priority is >= 0 and <= 7
            ? (rank << IOPRIO_CLASS_SHIFT) | priority.Priority
            : throw BrigException.Invalid($"process.ioPriority.priority: {priority.Priority} is not 0 to 7");
    }
}
