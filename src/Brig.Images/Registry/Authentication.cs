using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Brig.Oci;

namespace Brig.Images.Registry;

/// <summary>Answers a registry's challenges: a token for each scope, kept until the registry refuses it, or the name and password.</summary>
internal sealed class Authentication(Registries registries, Credential? credential)
{
    private const int AnswerLimit = 1 << 20;

    private readonly ConcurrentDictionary<string, string> _tokens = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<string?>>> _fetches = new();
    private bool _basic;

    /// <summary>What to send along; null while nothing was asked for.</summary>
    internal AuthenticationHeaderValue? Header(string scope) =>
        _tokens.TryGetValue(scope, out string? token) ? new AuthenticationHeaderValue("Bearer", token)
        : _basic ? Basic(credential!)
        : null;

    /// <summary>False where there is no answer to the challenge. Callers that were refused at once share one answer.</summary>
    internal async Task<bool> AnswerAsync(Challenge? challenge, AuthenticationHeaderValue? refused, string scope, CancellationToken token)
    {
        switch (challenge)
        {
            case { IsBearer: true, Realm: { } realm } when Uri.TryCreate(realm, UriKind.Absolute, out Uri? address) && address.Scheme is "https" or "http":
                return (_tokens.TryGetValue(scope, out string? known) && known != refused?.Parameter) || await ShareAsync(address, challenge, scope, token);
            case { IsBearer: false } when credential is { Username.Length: > 0 }:
                _basic = true;
                return true;
            default:
                return false;
        }
    }

    private async Task<bool> ShareAsync(Uri realm, Challenge challenge, string scope, CancellationToken token)
    {
        Lazy<Task<string?>> fetch = _fetches.GetOrAdd(scope, _ => new Lazy<Task<string?>>(() => FetchAsync(realm, challenge, scope, CancellationToken.None)));
        try
        {
            if (await fetch.Value.WaitAsync(token) is not { } fetched)
            {
                return false;
            }

            _tokens[scope] = fetched;
            return true;
        }
        finally
        {
            _fetches.TryRemove(KeyValuePair.Create(scope, fetch));
        }
    }

    private async Task<string?> FetchAsync(Uri realm, Challenge challenge, string scope, CancellationToken token)
    {
        // A password does not travel in the clear, whatever a registry asks for.
        Credential? shown = realm.Scheme == "https" || Registries.IsLoopback(realm.IdnHost) ? credential : null;
        using HttpRequestMessage request = shown?.IdentityToken is { } identity ? Exchange(realm, challenge, scope, identity) : Ask(realm, challenge, scope, shown);
        using Patience patience = new(registries.Timeouts.Progress, token);
        try
        {
            using HttpResponseMessage response = await registries.For(realm).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (!response.IsSuccessStatusCode)
            {
                return (int)response.StatusCode is >= 400 and < 500 and not 429 ? null
                    : throw BrigException.Unavailable($"token server {realm.Authority}: received unexpected HTTP status: {(int)response.StatusCode}");
            }

            await response.Content.LoadIntoBufferAsync(AnswerLimit, patience.Token);
            TokenAnswer? answer = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(patience.Token), RegistryJson.Default.TokenAnswer);
            string? fetched = string.IsNullOrEmpty(answer?.Token) ? answer?.AccessToken : answer.Token;
            return !string.IsNullOrEmpty(fetched) && fetched.All(c => c is > ' ' and < (char)127) ? fetched
                : throw BrigException.Unavailable($"token server {realm.Authority}: authorization server did not include a token in the response");
        }
        catch (JsonException error)
        {
            throw BrigException.Unavailable($"token server {realm.Authority}: the answer is not JSON", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && patience.IsOver))
        {
            throw RegistryFailure.Of(error, request.Method, realm);
        }
    }

    private static HttpRequestMessage Ask(Uri realm, Challenge challenge, string scope, Credential? shown)
    {
        StringBuilder query = new(realm.Query.TrimStart('?'));
        query.Append(query.Length > 0 ? "&" : "").Append("scope=").Append(Uri.EscapeDataString(scope));
        if (challenge.Service is { } service)
        {
            query.Append("&service=").Append(Uri.EscapeDataString(service));
        }

        if (shown is not null)
        {
            query.Append("&account=").Append(Uri.EscapeDataString(shown.Username));
        }

        HttpRequestMessage request = new(HttpMethod.Get, new UriBuilder(realm) { Query = query.ToString() }.Uri);
        request.Headers.Authorization = shown is null ? null : Basic(shown);
        return request;
    }

    private static HttpRequestMessage Exchange(Uri realm, Challenge challenge, string scope, string identity) => new(HttpMethod.Post, realm)
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = identity,
            ["client_id"] = "brig",
            ["scope"] = scope,
            ["service"] = challenge.Service ?? "",
        }),
    };

    private static AuthenticationHeaderValue Basic(Credential shown) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{shown.Username}:{shown.Password}")));
}
