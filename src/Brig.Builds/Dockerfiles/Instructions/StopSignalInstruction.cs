namespace Brig.Builds.Dockerfiles;

internal sealed record StopSignalInstruction(string Signal) : Instruction;
