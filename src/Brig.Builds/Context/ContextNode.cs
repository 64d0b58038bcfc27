using Brig.Linux;

namespace Brig.Builds.Context;

/// <summary>A file of the context as it was when it was looked at.</summary>
internal sealed class ContextNode
{
    /// <summary>Below the context's root, without links in it; empty for the root.</summary>
    internal required string Path { get; init; }

    internal required FileStatus Status { get; init; }

    /// <summary>Set for a symbolic link.</summary>
    internal string? Target { get; init; }

    /// <summary>What a directory holds, in byte order of the names, ignored files left out.</summary>
    internal IReadOnlyList<ContextNode> Children { get; init; } = [];

    /// <summary>SHA-256 of a regular file's bytes, once computed.</summary>
    internal byte[]? Content { get; set; }

    internal string Name => GoPath.Base(Path);
}
