namespace Brig.Containers.Volumes;

/// <summary>What becomes of a removed container's anonymous volumes.</summary>
public enum AnonymousVolumes
{
    Keep,
    Remove,
}
