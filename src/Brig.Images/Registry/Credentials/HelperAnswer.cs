using System.Text.Json.Serialization;

namespace Brig.Images.Registry.Credentials;

/// <summary>What is said to and by a credential helper (docker-credential-helpers, "Development").</summary>
internal sealed record HelperAnswer
{
    [JsonPropertyName("ServerURL")]
    public string? ServerUrl { get; init; }

    [JsonPropertyName("Username")]
    public string? Username { get; init; }

    [JsonPropertyName("Secret")]
    public string? Secret { get; init; }
}
