using Brig.Oci.Runtime;

namespace Brig.Runtime.Verbs;

/// <summary>What a further process is to be.</summary>
public sealed record ExecOptions
{
    public required ProcessSpec Process { get; init; }

    public string? ConsoleSocket { get; init; }

    public string? PidFile { get; init; }

    /// <summary>A socket that takes a descriptor of the process.</summary>
    public string? PidFdSocket { get; init; }

    /// <summary>A cgroup below the container's, as the container sees it.</summary>
    public string? Cgroup { get; init; }

    /// <summary>The process is started in a paused container too, where it waits.</summary>
    public bool IgnorePaused { get; init; }

    public int PreservedDescriptors { get; init; }

    public uint Umask { get; init; }
}
