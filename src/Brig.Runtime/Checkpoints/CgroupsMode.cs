namespace Brig.Runtime.Checkpoints;

/// <summary>What CRIU does about the cgroups of what it restores (its rpc.proto, criu_cg_mode).</summary>
public enum CgroupsMode
{
    Ignore = 0,
    Soft = 3,
    Full = 4,
    Strict = 5,
}
