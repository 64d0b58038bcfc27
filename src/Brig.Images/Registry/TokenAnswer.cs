using System.Text.Json.Serialization;

namespace Brig.Images.Registry;

/// <summary>What a token server answers: <c>token</c> or, in OAuth's words, <c>access_token</c>.</summary>
internal sealed record TokenAnswer
{
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    /// <summary>An identity token, for those who asked for one.</summary>
    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }

    /// <summary>Seconds; 60 where it is missing.</summary>
    [JsonPropertyName("expires_in")]
    public int? ExpiresIn { get; init; }
}
