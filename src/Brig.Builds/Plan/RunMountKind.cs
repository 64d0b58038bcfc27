namespace Brig.Builds.Plan;

/// <summary>The types of <c>RUN --mount</c>.</summary>
internal enum RunMountKind
{
    Bind,
    Cache,
    Tmpfs,
    Secret,
    Ssh,
}
