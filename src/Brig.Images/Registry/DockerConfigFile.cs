using System.Text.Json.Serialization;

namespace Brig.Images.Registry;

/// <summary>What Brig reads of Docker's <c>config.json</c>.</summary>
internal sealed record DockerConfigFile
{
    [JsonPropertyName("auths")]
    public IReadOnlyDictionary<string, DockerAuth?>? Auths { get; init; }
}
