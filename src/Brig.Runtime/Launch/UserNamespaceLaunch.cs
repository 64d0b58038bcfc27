using Brig.Oci;
using Brig.Oci.Runtime;
using Brig.Runtime.Verbs;

namespace Brig.Runtime.Launch;

/// <summary>Launches into user namespaces.</summary>
internal static class UserNamespaceLaunch
{
    internal static bool IsNeeded(RuntimeSpec spec) => spec.Linux?.Namespaces?.Any(space => space.Type == "user") ?? false;

    internal static ILaunch Start(LaunchRequest request, RuntimeSettings settings) => throw BrigException.Unsupported("linux.namespaces: user namespaces");
}
