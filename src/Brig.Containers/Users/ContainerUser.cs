namespace Brig.Containers.Users;

/// <summary>Who a process is in its container, and where its home is.</summary>
internal sealed record ContainerUser(uint Uid, uint Gid, IReadOnlyList<uint> Groups, string Home);
