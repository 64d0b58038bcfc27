namespace Brig.Builds.Dockerfiles;

internal sealed record CmdInstruction(CommandLine Command) : Instruction;
