namespace Brig.Builds.Execution;

/// <summary>Who owns what a step makes.</summary>
internal readonly record struct Ownership(uint Uid, uint Gid)
{
    internal static Ownership Root { get; } = new(0, 0);
}
