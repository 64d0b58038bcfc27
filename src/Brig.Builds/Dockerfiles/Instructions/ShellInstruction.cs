namespace Brig.Builds.Dockerfiles;

internal sealed record ShellInstruction(IReadOnlyList<string> Command) : Instruction;
