namespace Brig.Containers.Copies;

/// <summary>How files are copied into or out of a container.</summary>
[Flags]
public enum CopyOptions
{
    None = 0,

    /// <summary>Owners stay as they are; else they are root inside, and outside whoever copies.</summary>
    KeepOwners = 1,

    /// <summary>A symbolic link that is named itself stands for what it leads to.</summary>
    FollowLink = 2,
}
