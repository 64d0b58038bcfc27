namespace Brig.Builds.Sources;

/// <summary>Tells the addresses that ADD fetches from the paths that it copies.</summary>
internal static class RemoteAddress
{
    /// <summary>A repository of this machine is none: a Dockerfile from elsewhere must not read it.</summary>
    internal static bool IsRemote(string source) => IsWeb(source) || GitAddress.TryParse(source) is { IsOfThisMachine: false };

    internal static bool IsWeb(string source) => source.StartsWith("http://", StringComparison.Ordinal) || source.StartsWith("https://", StringComparison.Ordinal);
}
