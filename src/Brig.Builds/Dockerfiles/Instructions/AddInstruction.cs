namespace Brig.Builds.Dockerfiles;

internal sealed record AddInstruction : TransferInstruction
{
    internal string? Checksum { get; init; }

    internal bool KeepGitDirectory { get; init; }

    /// <summary>Null where it was not said.</summary>
    internal bool? Unpack { get; init; }
}
