namespace Brig.Builds.Dockerfiles;

internal sealed record LabelInstruction(IReadOnlyList<NamedValue> Labels) : Instruction;
