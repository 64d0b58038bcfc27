namespace Brig.Containers.Verbs;

/// <summary>What to do with a container that runs when it is to be removed.</summary>
public enum RemovalForce
{
    Refuse,
    Kill,
}
