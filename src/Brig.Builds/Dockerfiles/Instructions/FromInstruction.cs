namespace Brig.Builds.Dockerfiles;

/// <summary>FROM. <paramref name="Name"/> is the stage name in lower case.</summary>
internal sealed record FromInstruction(string Image, string? Platform, string? Name) : Instruction;
