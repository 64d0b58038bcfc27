namespace Brig.Containers.Specifications;

/// <summary>A further process that was asked for in a running container.</summary>
public sealed record ExecSpecification
{
    public required IReadOnlyList<string> Arguments { get; init; }

    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Null is the container's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Null is the container's.</summary>
    public string? User { get; init; }

    public bool Terminal { get; init; }

    /// <summary>The client gives standard input.</summary>
    public bool OpenInput { get; init; }

    /// <summary>The process runs on when the client leaves.</summary>
    public bool Detached { get; init; }

    public bool Privileged { get; init; }

    public ushort Rows { get; init; }

    public ushort Columns { get; init; }
}
