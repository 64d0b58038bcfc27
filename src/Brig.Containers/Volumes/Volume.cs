namespace Brig.Containers.Volumes;

/// <summary>A volume: a directory of the host that containers mount.</summary>
/// <param name="Labels">With <c>com.docker.volume.anonymous</c> for an anonymous one.</param>
public sealed record Volume(string Name, DateTimeOffset Created, bool IsAnonymous, IReadOnlyDictionary<string, string> Labels);
