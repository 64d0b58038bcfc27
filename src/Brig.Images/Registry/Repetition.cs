using System.Net;

namespace Brig.Images.Registry;

/// <summary>Which failures pass by themselves, and how long to wait for that.</summary>
internal static class Repetition
{
    /// <summary>No registry makes us wait longer at a time: who waits wants to know.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait before asking again; null where asking again is of no use, or the registry wants more time than anybody has.</summary>
    internal static TimeSpan? After(HttpResponseMessage response, int attempt, Registries registries)
    {
        if (response.StatusCode != HttpStatusCode.TooManyRequests && response.StatusCode != HttpStatusCode.RequestTimeout
            && ((int)response.StatusCode < 500 || response.StatusCode is HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported))
        {
            return null;
        }

        TimeSpan own = Pause(attempt, registries);
        TimeSpan asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - registries.Settings.Time.GetUtcNow(),
            _ => own,
        };
        return asked > s_longest ? null : asked > own ? asked : own;
    }

    /// <summary>Twice as long each time, and not the same for all who were refused at once.</summary>
    internal static TimeSpan Pause(int attempt, Registries registries) =>
        registries.Timeouts.Retry * (1 << Math.Min(attempt - 1, 6)) * (0.75 + (Random.Shared.NextDouble() / 2));

    internal static bool IsPassing(HttpRequestException error) =>
        error.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.Unknown
        || error.InnerException is IOException { InnerException: not System.Security.Authentication.AuthenticationException };
}
