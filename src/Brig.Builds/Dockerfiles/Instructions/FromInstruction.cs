namespace Brig.Builds.Dockerfiles;

/// <summary>FROM. <paramref name="Name"/> is the stage name in lower case.</summary>
internal sealed record FromInstruction(string Image, string? Platform, string? Name) : Instruction
{
    /// <summary>The stage name as it was written.</summary>
    internal string? WrittenName { get; init; }

    /// <summary>The word before the stage name as it was written.</summary>
    internal string? As { get; init; }
}
