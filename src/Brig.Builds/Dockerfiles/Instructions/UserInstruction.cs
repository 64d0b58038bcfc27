namespace Brig.Builds.Dockerfiles;

internal sealed record UserInstruction(string User) : Instruction;
