namespace Brig.Builds.Dockerfiles;

internal sealed record EntrypointInstruction(CommandLine Command) : Instruction;
