namespace Brig.Runtime.Checkpoints;

/// <summary>What CRIU is asked for, or answers (its rpc.proto, criu_req_type).</summary>
internal enum CriuRequestType
{
    Empty = 0,
    Dump = 1,
    Restore = 2,
    PreDump = 4,
    Notify = 6,
}
