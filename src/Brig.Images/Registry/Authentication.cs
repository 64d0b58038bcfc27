using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Brig.Images.Registry.Credentials;

namespace Brig.Images.Registry;

/// <summary>
/// Answers a registry's challenges: a token for each set of scopes, kept until it ends or the registry refuses it, or the name and password.
/// Once a registry has said where its tokens are, they are renewed before it has to ask again.
/// </summary>
internal sealed class Authentication(Registries registries, Credential? credential)
{
    private readonly ConcurrentDictionary<string, AccessToken> _tokens = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<AccessToken?>>> _fetches = new();
    private Challenge? _challenge;
    private bool _basic;

    /// <summary>The identity token that the token server gave for name and password, where it was asked for one.</summary>
    internal string? IdentityToken { get; private set; }

    /// <summary>What to send along; null while nothing was asked for.</summary>
    internal async Task<AuthenticationHeaderValue?> HeaderAsync(IReadOnlyList<string> scopes, CancellationToken token)
    {
        if (credential?.RegistryToken is { } given)
        {
            return Bearer(given);
        }

        if (_basic)
        {
            return Basic(credential!);
        }

        if (!_tokens.TryGetValue(Key(scopes), out AccessToken? known))
        {
            // Another repository of a registry that gave tokens before: one question less.
            return _challenge is { } said && scopes.Count > 0 && await ShareAsync(said, scopes, token) is { } first ? Bearer(first.Value) : null;
        }

        return registries.Settings.Time.GetUtcNow() < known.GoodUntil ? Bearer(known.Value)
            : _challenge is { } challenge && await ShareAsync(challenge, scopes, token) is { } renewed ? Bearer(renewed.Value)
            : null;
    }

    /// <summary>False where there is no answer to the challenge. Callers that were refused at once share one answer.</summary>
    internal async Task<bool> AnswerAsync(Challenge? challenge, AuthenticationHeaderValue? refused, IReadOnlyList<string> scopes, CancellationToken token)
    {
        switch (challenge)
        {
            case { IsBearer: true, TokenServer: not null } when credential?.RegistryToken is null:
                _challenge = challenge;
                if (_tokens.TryGetValue(Key(scopes), out AccessToken? known) && known.Value != refused?.Parameter)
                {
                    return true;
                }

                return await ShareAsync(challenge, scopes, token) is { } fetched && fetched.Value != refused?.Parameter;
            case { IsBearer: false } when credential is { Username.Length: > 0, IdentityToken: null } && refused?.Scheme != "Basic":
                _basic = true;
                return true;
            default:
                return false;
        }
    }

    internal static AuthenticationHeaderValue Basic(Credential shown) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{shown.Username}:{shown.Password}")));

    private async Task<AccessToken?> ShareAsync(Challenge challenge, IReadOnlyList<string> scopes, CancellationToken token)
    {
        string key = Key(scopes);
        Lazy<Task<AccessToken?>> fetch = _fetches.GetOrAdd(key, _ => new Lazy<Task<AccessToken?>>(() => FetchAsync(challenge, scopes)));
        try
        {
            if (await fetch.Value.WaitAsync(token) is not { } fetched)
            {
                _tokens.TryRemove(key, out _);
                return null;
            }

            return _tokens[key] = fetched;
        }
        finally
        {
            _fetches.TryRemove(KeyValuePair.Create(key, fetch));
        }
    }

    /// <summary>Not cancelled with its first caller: others may wait for it. It has a limit of its own.</summary>
    private async Task<AccessToken?> FetchAsync(Challenge challenge, IReadOnlyList<string> scopes)
    {
        (AccessToken? token, string? identity) = await new TokenServer(registries, challenge, credential).FetchAsync(scopes, CancellationToken.None);
        IdentityToken = identity ?? IdentityToken;
        return token;
    }

    private static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);

    private static string Key(IReadOnlyList<string> scopes) => string.Join(' ', scopes);
}
