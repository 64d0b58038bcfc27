namespace Brig.Builds.Dockerfiles;

/// <summary>ARG. A value is null where no default was written.</summary>
internal sealed record ArgInstruction(IReadOnlyList<NamedValue> Args) : Instruction;
