namespace Brig.Builds.Dockerfiles;

internal sealed record WorkdirInstruction(string Path) : Instruction;
