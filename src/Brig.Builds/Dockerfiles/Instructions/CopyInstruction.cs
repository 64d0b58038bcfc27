namespace Brig.Builds.Dockerfiles;

internal sealed record CopyInstruction : TransferInstruction
{
    internal string? From { get; init; }

    internal bool Parents { get; init; }
}
