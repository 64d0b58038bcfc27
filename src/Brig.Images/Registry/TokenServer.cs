using System.Text;
using System.Text.Json;
using Brig.Images.Registry.Configuration;
using Brig.Images.Registry.Credentials;
using Brig.Oci;

namespace Brig.Images.Registry;

/// <summary>Fetches tokens from where a challenge says (distribution's token and OAuth 2 specifications).</summary>
internal sealed class TokenServer(Registries registries, Challenge challenge, Credential? credential)
{
    private const int AnswerLimit = 1 << 20, Attempts = 4;
    private const string ClientId = "brig";

    private readonly Uri _realm = challenge.TokenServer!;

    /// <summary>A token for the scopes, and an identity token where one was asked for and given. No token where the server knows us not.</summary>
    internal async Task<(AccessToken? Token, string? Identity)> FetchAsync(IReadOnlyList<string> scopes, CancellationToken token)
    {
        for (int attempt = 1; ; attempt++)
        {
            TimeSpan wait;
            using (HttpRequestMessage request = Request(scopes))
            using (Patience patience = new(registries.Timeouts.Progress, token))
            {
                try
                {
                    using HttpResponseMessage response = await registries.For(_realm, RegistryTrust.Certificate).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
                    if (response.IsSuccessStatusCode)
                    {
                        await response.Content.LoadIntoBufferAsync(AnswerLimit, patience.Token);
                        return Read(await response.Content.ReadAsByteArrayAsync(patience.Token));
                    }

                    if (attempt >= Attempts || Repetition.After(response, attempt, registries) is not { } pause)
                    {
                        return (int)response.StatusCode is >= 400 and < 500 and not 429 ? (null, null)
                            : throw BrigException.Unavailable($"token server {_realm.Authority}: received unexpected HTTP status: {(int)response.StatusCode}");
                    }

                    wait = pause;
                }
                catch (HttpRequestException error) when (attempt < Attempts && Repetition.IsPassing(error))
                {
                    wait = Repetition.Pause(attempt, registries);
                }
                catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && patience.IsOver))
                {
                    throw RegistryFailure.Of(error, request.Method, _realm);
                }
            }

            await Task.Delay(wait, token);
        }
    }

    private HttpRequestMessage Request(IReadOnlyList<string> scopes)
    {
        // A password does not travel in the clear, whatever a registry asks for.
        Credential? shown = _realm.Scheme == "https" || registries.IsInsecure(_realm.Authority) ? credential : null;
        return shown?.IdentityToken is { } identity ? Exchange(scopes, identity) : Ask(scopes, shown);
    }

    private (AccessToken Token, string? Identity) Read(byte[] content)
    {
        try
        {
            TokenAnswer? answer = JsonSerializer.Deserialize(content, RegistryJson.Default.TokenAnswer);
            string? fetched = string.IsNullOrEmpty(answer?.Token) ? answer?.AccessToken : answer.Token;
            return !string.IsNullOrEmpty(fetched) && fetched.All(c => c is > ' ' and < (char)127)
                ? (AccessToken.Of(fetched, answer!.ExpiresIn, registries.Settings.Time.GetUtcNow()), string.IsNullOrEmpty(answer.RefreshToken) ? null : answer.RefreshToken)
                : throw BrigException.Unavailable($"token server {_realm.Authority}: authorization server did not include a token in the response");
        }
        catch (JsonException error)
        {
            throw BrigException.Unavailable($"token server {_realm.Authority}: the answer is not JSON", error);
        }
    }

    private HttpRequestMessage Ask(IReadOnlyList<string> scopes, Credential? shown)
    {
        StringBuilder query = new(_realm.Query.TrimStart('?'));
        foreach (string scope in scopes)
        {
            Add(query, "scope", scope);
        }

        if (challenge.Service is { } service)
        {
            Add(query, "service", service);
        }

        if (shown is { Username.Length: > 0 })
        {
            Add(query, "account", shown.Username);
        }

        if (shown is { WantsIdentity: true })
        {
            Add(query, "offline_token", "true");
            Add(query, "client_id", ClientId);
        }

        HttpRequestMessage request = new(HttpMethod.Get, new UriBuilder(_realm) { Query = query.ToString() }.Uri);
        request.Headers.Authorization = shown is { Username.Length: > 0 } ? Authentication.Basic(shown) : null;
        return request;
    }

    private HttpRequestMessage Exchange(IReadOnlyList<string> scopes, string identity) => new(HttpMethod.Post, _realm)
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = identity,
            ["client_id"] = ClientId,
            ["scope"] = string.Join(' ', scopes),
            ["service"] = challenge.Service ?? "",
        }),
    };

    private static void Add(StringBuilder query, string name, string value) =>
        query.Append(query.Length > 0 ? "&" : "").Append(name).Append('=').Append(Uri.EscapeDataString(value));
}
