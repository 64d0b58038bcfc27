namespace Brig.Containers.Usage;

/// <summary>Bytes of a volume's directory, and how many containers use it.</summary>
public sealed record VolumeUsage(string Name, long Size, int Links);
