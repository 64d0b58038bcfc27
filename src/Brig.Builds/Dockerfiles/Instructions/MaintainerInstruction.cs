namespace Brig.Builds.Dockerfiles;

internal sealed record MaintainerInstruction(string Author) : Instruction;
