using Brig.Containers;

namespace Brig.Cli.Commands.Networks;

/// <summary>Which networks containers are in, or will be when they start.</summary>
internal static class NetworkUse
{
    /// <summary>The names.</summary>
    internal static HashSet<string> Of(Engine engine) =>
        [.. engine.Containers().SelectMany(container => container.Specification.EndpointRequests).Select(request => request.Network)];
}
