using System.Net;
using System.Net.Http.Headers;
using Brig.Oci;

namespace Brig.Images.Registry;

/// <summary>One registry: its address, who we are to it, and how requests are repeated, redirected and refused.</summary>
internal sealed class RegistryEndpoint(Registries registries, string registry, Credential? credential)
{
    private const int Attempts = 4, Redirects = 10, FailureLimit = 64 << 10;

    private readonly Authentication _authentication = new(registries, credential);
    private Uri? _base;

    /// <summary>Sends what <paramref name="make"/> builds for an address, until there is a successful answer. The caller disposes it.</summary>
    internal async Task<HttpResponseMessage> SendAsync(
        ImageReference reference, RegistryAction action, string path, Func<Uri, HttpRequestMessage> make, CancellationToken token)
    {
        Uri address = new(await BaseAsync(token), path);
        HttpResponseMessage response = await TrySendAsync(reference, action, address, make, token);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw RegistryFailure.Of(response.StatusCode, await BodyAsync(response, FailureLimit, address, token) ?? [], reference, action);
        }
    }

    /// <summary>As <see cref="SendAsync"/>, but gives a refusal too.</summary>
    internal async Task<HttpResponseMessage> TrySendAsync(
        ImageReference reference, RegistryAction action, Uri address, Func<Uri, HttpRequestMessage> make, CancellationToken token)
    {
        string scope = $"repository:{reference.Repository}:{(action == RegistryAction.Push ? "pull,push" : "pull")}";
        bool asked = false;
        for (int attempt = 1; ; attempt++)
        {
            HttpResponseMessage? response = null;
            try
            {
                AuthenticationHeaderValue? shown = _authentication.Header(scope);
                response = await FollowAsync(address, make, shown, token);
                if (response.StatusCode == HttpStatusCode.Unauthorized && !asked)
                {
                    asked = true;
                    attempt--;
                    bool answered = await _authentication.AnswerAsync(Challenge.Of(response.Headers.WwwAuthenticate), shown, scope, token);
                    if (answered)
                    {
                        response.Dispose();
                        continue;
                    }
                }

                if (attempt >= Attempts || !IsPassing(response))
                {
                    return response;
                }
            }
            catch (HttpRequestException error) when (attempt < Attempts && IsPassing(error))
            {
            }
            catch (HttpRequestException error)
            {
                throw RegistryFailure.Of(error, make(address).Method, address);
            }

            TimeSpan wait = registries.Timeouts.Retry * (1 << (attempt - 1));
            if (response?.Headers.RetryAfter?.Delta is { } asks && asks > wait)
            {
                wait = asks;
            }

            response?.Dispose();
            await Task.Delay(wait, token);
        }
    }

    /// <summary>The address below which the repositories are.</summary>
    internal async Task<Uri> BaseAsync(CancellationToken token)
    {
        if (_base is { } known)
        {
            return known;
        }

        string host = registry == "docker.io" ? "registry-1.docker.io" : registry;
        Uri secure = new($"https://{host}/v2/");
        if (!Registries.IsLoopback(secure.IdnHost))
        {
            return _base = secure;
        }

        // Two callers at once may both ask: the answer is the same.
        return _base = await SpeaksPlainAsync(new Uri($"http://{host}/v2/"), token) is { } plain ? plain : secure;
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

    private async Task<HttpResponseMessage> FollowAsync(Uri address, Func<Uri, HttpRequestMessage> make, AuthenticationHeaderValue? authorization, CancellationToken token)
    {
        Uri own = await BaseAsync(token);
        for (int hop = 0; ; hop++)
        {
            using HttpRequestMessage request = make(address);
            if (address.Scheme == own.Scheme && address.Authority == own.Authority)
            {
                request.Headers.Authorization = authorization;
            }

            HttpResponseMessage response = await HeadersAsync(request, token);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location
                || (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head))
            {
                return response;
            }

            response.Dispose();
            Uri next = new(address, location);
            if (hop == Redirects || next.Scheme is not ("https" or "http") || (address.Scheme == "https" && next.Scheme == "http"))
            {
                throw BrigException.Unavailable($"{registry}: refusing the redirect to {Text.Quote(next.GetLeftPart(UriPartial.Path))}");
            }

            address = next;
        }
    }

    private async Task<HttpResponseMessage> HeadersAsync(HttpRequestMessage request, CancellationToken token)
    {
        // The answer to an upload comes after its body: whoever sends one watches its progress.
        using Patience patience = new(request.Content is null ? registries.Timeouts.Progress : Timeout.InfiniteTimeSpan, token);
        try
        {
            return await registries.For(request.RequestUri!).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (OperationCanceledException error) when (!token.IsCancellationRequested)
        {
            throw RegistryFailure.Of(error, request.Method, request.RequestUri!);
        }
    }

    private async Task<Uri?> SpeaksPlainAsync(Uri plain, CancellationToken token)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, plain);
            using HttpResponseMessage response = await HeadersAsync(request, token);
            return response.StatusCode != HttpStatusCode.BadRequest ? plain : null;
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConnectionError)
        {
            throw RegistryFailure.Of(error, HttpMethod.Get, plain);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static bool IsPassing(HttpResponseMessage response) =>
        ((int)response.StatusCode >= 500 && response.StatusCode != HttpStatusCode.NotImplemented)
        || (response.StatusCode == HttpStatusCode.TooManyRequests && response.Headers.RetryAfter?.Delta is { TotalSeconds: <= 10 });

    private static bool IsPassing(HttpRequestException error) =>
        error.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.Unknown || error.InnerException is IOException { InnerException: not System.Security.Authentication.AuthenticationException };
}
