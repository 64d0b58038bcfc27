namespace Brig.Builds.Dockerfiles;

/// <summary>EXPOSE. The words may hold variables, and a variable several ports.</summary>
internal sealed record ExposeInstruction(IReadOnlyList<string> Ports) : Instruction;
