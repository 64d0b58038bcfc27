namespace Brig.Containers.Usage;

/// <summary>Bytes of a container's directory: what it wrote, its log, its files of names.</summary>
public sealed record ContainerUsage(Container Container, long Size, int Volumes);
