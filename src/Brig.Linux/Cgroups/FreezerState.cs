namespace Brig.Linux;

/// <summary>Whether the tasks of a cgroup run.</summary>
public enum FreezerState
{
    Thawed,
    Frozen,
}
