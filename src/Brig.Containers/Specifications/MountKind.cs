namespace Brig.Containers.Specifications;

/// <summary>Where a mount's content comes from.</summary>
public enum MountKind
{
    Bind,
    Volume,
    Tmpfs,
}
