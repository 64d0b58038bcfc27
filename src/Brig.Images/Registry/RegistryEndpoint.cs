using System.Net;
using System.Net.Http.Headers;
using Brig.Images.Registry.Configuration;
using Brig.Images.Registry.Credentials;
using Brig.Oci;

namespace Brig.Images.Registry;

/// <summary>One registry: its address, who we are to it, and how requests are repeated, redirected and refused.</summary>
internal sealed class RegistryEndpoint(Registries registries, string registry, Credential? credential, RegistryTrust trust)
{
    private const int Attempts = 4, Redirects = 10, FailureLimit = 64 << 10;

    private readonly Authentication _authentication = new(registries, credential);
    private Uri? _base;

    internal string Name => registry;

    /// <summary>The identity token that the registry's token server gave.</summary>
    internal string? IdentityToken => _authentication.IdentityToken;

    /// <summary>Sends what <paramref name="make"/> builds for an address, until there is a successful answer. The caller disposes it.</summary>
    internal async Task<HttpResponseMessage> SendAsync(RegistryPurpose purpose, string path, Func<Uri, HttpRequestMessage> make, CancellationToken token)
    {
        HttpResponseMessage response = await TrySendAsync(purpose, path, make, token);
        return response.IsSuccessStatusCode ? response : throw await RefusedAsync(purpose, response, token);
    }

    /// <summary>What a refusal means to a person. Disposes it.</summary>
    internal async Task<BrigException> RefusedAsync(RegistryPurpose purpose, HttpResponseMessage response, CancellationToken token)
    {
        using (response)
        {
            return RegistryFailure.Of(response, await BodyAsync(response, FailureLimit, response.RequestMessage!.RequestUri!, token) ?? [], purpose);
        }
    }

    /// <summary>As <see cref="SendAsync"/>, but gives a refusal too.</summary>
    internal async Task<HttpResponseMessage> TrySendAsync(RegistryPurpose purpose, string path, Func<Uri, HttpRequestMessage> make, CancellationToken token)
    {
        Uri address = new(await BaseAsync(token), path);
        for (int attempt = 1; ; attempt++)
        {
            TimeSpan wait;
            try
            {
                HttpResponseMessage response = await AuthenticatedAsync(purpose, address, make, token);
                if (attempt >= Attempts || Repetition.After(response, attempt, registries) is not { } pause)
                {
                    return response;
                }

                response.Dispose();
                wait = pause;
            }
            catch (HttpRequestException error) when (attempt < Attempts && Repetition.IsPassing(error))
            {
                wait = Repetition.Pause(attempt, registries);
            }
            catch (HttpRequestException error)
            {
                throw RegistryFailure.Of(error, make(address).Method, address);
            }

            await Task.Delay(wait, token);
        }
    }

    /// <summary>
    /// Sends a request whose body streams, once: where it breaks off only the caller knows how to go on. Gives a refusal too.
    /// Throws <see cref="HttpRequestException"/> where there is no answer.
    /// </summary>
    internal async Task<HttpResponseMessage> StreamAsync(RegistryPurpose purpose, Uri address, Func<Uri, HttpRequestMessage> make, CancellationToken token) =>
        await AuthenticatedAsync(purpose, address, make, token);

    /// <summary>The address below which the repositories are.</summary>
    internal async Task<Uri> BaseAsync(CancellationToken token)
    {
        if (_base is { } known)
        {
            return known;
        }

        string host = registry == "docker.io" ? "registry-1.docker.io" : registry;
        Uri secure = new($"https://{host}/v2/"), plain = new($"http://{host}/v2/");

        // Two callers at once may both ask: the answer is the same.
        return _base = trust == RegistryTrust.Certificate ? secure
            : Registries.IsLoopback(secure.IdnHost) ? await SpeaksAsync(plain, token) ? plain : secure
            : await SpeaksSecurelyAsync(secure, token) ? secure : plain;
    }

    /// <summary>The whole body; null where it has more than <paramref name="limit"/> bytes.</summary>
    internal async Task<byte[]?> BodyAsync(HttpResponseMessage response, int limit, Uri address, CancellationToken token)
    {
        using Patience patience = new(registries.Timeouts.Progress, token);
        try
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(patience.Token);
            using MemoryStream content = new();
            byte[] buffer = new byte[16384];
            while (true)
            {
                int got = await body.ReadAsync(buffer, patience.Token);
                if (got == 0)
                {
                    return content.ToArray();
                }

                content.Write(buffer, 0, got);
                if (content.Length > limit)
                {
                    return null;
                }

                patience.Renew();
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && patience.IsOver))
        {
            throw RegistryFailure.Of(error, HttpMethod.Get, address);
        }
    }

    /// <summary>One answer, after the registry's question who we are where it asks.</summary>
    private async Task<HttpResponseMessage> AuthenticatedAsync(RegistryPurpose purpose, Uri address, Func<Uri, HttpRequestMessage> make, CancellationToken token)
    {
        AuthenticationHeaderValue? shown = await _authentication.HeaderAsync(purpose.Scopes, token);
        HttpResponseMessage response = await FollowAsync(address, make, shown, token);
        if (response.StatusCode != HttpStatusCode.Unauthorized
            || !await _authentication.AnswerAsync(Challenge.Of(response.Headers.WwwAuthenticate), shown, purpose.Scopes, token))
        {
            return response;
        }

        response.Dispose();
        return await FollowAsync(address, make, await _authentication.HeaderAsync(purpose.Scopes, token), token);
    }

    private async Task<HttpResponseMessage> FollowAsync(Uri address, Func<Uri, HttpRequestMessage> make, AuthenticationHeaderValue? authorization, CancellationToken token)
    {
        Uri own = await BaseAsync(token);
        for (int hop = 0; ; hop++)
        {
            using HttpRequestMessage request = make(address);
            bool isOwn = address.Scheme == own.Scheme && address.Authority == own.Authority;
            request.Headers.Authorization = isOwn ? authorization : null;
            HttpResponseMessage response = await HeadersAsync(request, isOwn ? trust : RegistryTrust.Certificate, token);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location
                || (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head))
            {
                return response;
            }

            response.Dispose();
            if (hop == Redirects || !Uri.TryCreate(address, location, out Uri? next) || next.Scheme is not ("https" or "http") || (address.Scheme == "https" && next.Scheme == "http"))
            {
                throw BrigException.Unavailable($"{registry}: refusing the redirect to {Oci.Text.Quote(location.IsAbsoluteUri ? location.GetLeftPart(UriPartial.Path) : location.ToString())}");
            }

            address = next;
        }
    }

    private async Task<HttpResponseMessage> HeadersAsync(HttpRequestMessage request, RegistryTrust needed, CancellationToken token)
    {
        // The answer to an upload comes after its body: whoever sends one watches its progress.
        using Patience patience = new(request.Content is null ? registries.Timeouts.Progress : Timeout.InfiniteTimeSpan, token);
        try
        {
            return await registries.For(request.RequestUri!, needed).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (OperationCanceledException error) when (!token.IsCancellationRequested)
        {
            throw RegistryFailure.Of(error, request.Method, request.RequestUri!);
        }
    }

    /// <summary>Whether plain HTTP is understood there. A server that wants TLS answers 400 or not at all.</summary>
    private async Task<bool> SpeaksAsync(Uri plain, CancellationToken token)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, plain);
            using HttpResponseMessage response = await HeadersAsync(request, trust, token);
            return response.StatusCode != HttpStatusCode.BadRequest;
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConnectionError)
        {
            throw RegistryFailure.Of(error, HttpMethod.Get, plain);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<bool> SpeaksSecurelyAsync(Uri secure, CancellationToken token)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, secure);
            using HttpResponseMessage response = await HeadersAsync(request, trust, token);
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or BrigException)
        {
            return false;
        }
    }
}
