namespace Brig.Builds.Dockerfiles;

internal sealed record LabelInstruction(IReadOnlyList<NamedValue> Labels) : Instruction
{
    /// <summary>Written without an equals sign.</summary>
    internal bool IsLegacy { get; init; }
}
