namespace Brig.Builds.Dockerfiles;

/// <summary>A FROM and what follows it.</summary>
internal sealed record Stage(FromInstruction From, IReadOnlyList<Instruction> Instructions);
