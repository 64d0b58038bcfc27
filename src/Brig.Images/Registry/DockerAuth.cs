using System.Text.Json.Serialization;

namespace Brig.Images.Registry;

/// <summary>One entry of <c>auths</c>; <c>auth</c> is base64 of <c>name:password</c>.</summary>
internal sealed record DockerAuth
{
    [JsonPropertyName("auth")]
    public string? Auth { get; init; }

    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("password")]
    public string? Password { get; init; }

    [JsonPropertyName("identitytoken")]
    public string? IdentityToken { get; init; }
}
