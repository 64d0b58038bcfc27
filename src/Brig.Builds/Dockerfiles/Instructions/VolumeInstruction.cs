namespace Brig.Builds.Dockerfiles;

internal sealed record VolumeInstruction(IReadOnlyList<string> Paths) : Instruction;
