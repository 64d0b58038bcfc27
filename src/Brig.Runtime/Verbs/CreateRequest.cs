namespace Brig.Runtime.Verbs;

/// <summary>How a container is to be created.</summary>
public sealed record CreateRequest
{
    public required string Id { get; init; }

    public required string Bundle { get; init; }

    /// <summary>A socket that takes the terminal's master; null gives it to the caller.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>A file to write the first process's ID to.</summary>
    public string? PidFile { get; init; }

    /// <summary>A socket that takes a descriptor of the process.</summary>
    public string? PidFdSocket { get; init; }

    public bool NoPivot { get; init; }

    public bool NoNewKeyring { get; init; }

    /// <summary>How many of the preserved descriptors are sockets of systemd's activation, which the process is told of (man 3 sd_listen_fds).</summary>
    public int ListenDescriptors { get; init; }

    public int PreservedDescriptors { get; init; }

    /// <summary>The caller's umask, before the runtime set its own.</summary>
    public uint Umask { get; init; }
}
