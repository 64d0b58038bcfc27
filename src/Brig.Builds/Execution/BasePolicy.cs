namespace Brig.Builds.Execution;

/// <summary>Where a base image comes from.</summary>
internal enum BasePolicy
{
    /// <summary>From the store, and from the registry where it is not there.</summary>
    Local,

    /// <summary>From the registry in any case.</summary>
    Pull,
}
