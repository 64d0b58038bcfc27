namespace Brig.Builds.Dockerfiles;

internal sealed record EnvInstruction(IReadOnlyList<NamedValue> Variables) : Instruction;
