namespace Brig.Builds.Sources;

/// <summary>Tells the addresses that ADD fetches from the paths that it copies.</summary>
internal static class RemoteAddress
{
    internal static bool IsRemote(string source) => IsWeb(source) || GitAddress.TryParse(source) is not null;

    internal static bool IsWeb(string source) => source.StartsWith("http://", StringComparison.Ordinal) || source.StartsWith("https://", StringComparison.Ordinal);
}
