namespace Brig.Builds.Exports;

/// <summary>What a build's result becomes.</summary>
public enum BuildOutputKind
{
    /// <summary>An image of the store, with the build's names.</summary>
    Image,

    /// <summary>Files in a directory.</summary>
    Local,

    /// <summary>One tar of the files.</summary>
    Tar,

    /// <summary>An OCI layout, in a tar or a directory.</summary>
    Oci,

    /// <summary>An archive as <c>docker load</c> takes it.</summary>
    Docker,

    /// <summary>An image in a registry.</summary>
    Registry,

    /// <summary>Nothing but what the cache keeps.</summary>
    CacheOnly,
}
