namespace Brig.Builds.Dockerfiles;

internal sealed record EnvInstruction(IReadOnlyList<NamedValue> Variables) : Instruction
{
    /// <summary>Written without an equals sign.</summary>
    internal bool IsLegacy { get; init; }
}
