using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Brig.Oci;

namespace Brig.Images.Registry;

/// <summary>What a registry or the way to it refused, in one line and in Docker's words where it has them.</summary>
internal static class RegistryFailure
{
    /// <summary>An answer that is no success. <paramref name="body"/> is the beginning of what it says.</summary>
    internal static BrigException Of(HttpResponseMessage response, ReadOnlySpan<byte> body, RegistryPurpose purpose)
    {
        (string? code, string? message) = Read(body);
        string said = message is null ? "" : ": " + message;
        HttpStatusCode status = response.StatusCode;
        return ((int)status, code) switch
        {
            (404, "NAME_UNKNOWN") when purpose.Action != RegistryAction.Push => Denied(purpose),
            (404, _) when purpose.Action == RegistryAction.PullManifest => BrigException.NotFound($"manifest for {purpose.Shown} not found: manifest unknown"),
            (405, _) when purpose.Action == RegistryAction.Delete => BrigException.Unsupported($"{purpose.Location.Registry} does not let anything be deleted (its operator has to allow it)"),
            (401 or 403, _) => Denied(purpose),
            (404, _) => BrigException.NotFound($"{purpose.Shown}: the registry does not have it: {code?.ToLowerInvariant().Replace('_', ' ') ?? "not found"}{said}"),
            (429, _) => BrigException.Unavailable($"toomanyrequests{(said.Length > 0 ? said : ": the registry asks to wait")}{(response.Headers.RetryAfter?.Delta is { } wait ? $" (try again in {wait.TotalSeconds:0} s)" : "")}"),
            ( >= 400 and < 500, not null) => BrigException.Invalid($"{purpose.Shown}: the registry refused: {code.ToLowerInvariant().Replace('_', ' ')}{said}"),
            _ => BrigException.Unavailable($"{purpose.Shown}: received unexpected HTTP status: {(int)status} {Words(status)}{said}"),
        };
    }

    /// <summary>No answer at all.</summary>
    internal static BrigException Of(Exception error, HttpMethod method, Uri address)
    {
        string reason = error switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => $"lookup {address.IdnHost}: no such host",
            HttpRequestException { InnerException: SocketException socket } => $"connect: {Reason(socket)}",
            HttpRequestException { InnerException: AuthenticationException tls } => $"tls: {Text.Quote(tls.Message)}",
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection was closed before an answer",
            HttpRequestException { InnerException: IOException { InnerException: SocketException socket } } => Reason(socket),
            OperationCanceledException or TimeoutException => "i/o timeout",
            _ => Text.Quote(error.Message),
        };
        return BrigException.Unavailable($"{Name(method)} \"{address.GetLeftPart(UriPartial.Path)}\": {reason}", error);
    }

    private static BrigException Denied(RegistryPurpose purpose) => new(ErrorKind.PermissionDenied, purpose.Action switch
    {
        RegistryAction.Push => $"push access denied for {purpose.Shown.FamiliarName}: requested access to the resource is denied (brig login {purpose.Shown.Registry})",
        RegistryAction.Delete => $"delete access denied for {purpose.Shown.FamiliarName}: requested access to the resource is denied (brig login {purpose.Shown.Registry})",
        _ => $"pull access denied for {purpose.Shown.FamiliarName}, repository does not exist or may require 'brig login'",
    });

    private static (string? Code, string? Message) Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, RegistryJson.Default.ErrorAnswer)?.Errors is [{ } first, ..]
                ? (first.Code is null ? null : Text.Quote(first.Code), string.IsNullOrEmpty(first.Message) ? null : Text.Quote(first.Message))
                : (null, null);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    private static string Reason(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset by peer",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network is unreachable",
        SocketError.TimedOut => "connection timed out",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "no such host",
        _ => Text.Quote(error.Message).ToLowerInvariant(),
    };

    private static string Words(HttpStatusCode status) =>
        Enum.IsDefined(status) ? string.Concat(status.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? " " + c : c.ToString())) : "";

    private static string Name(HttpMethod method) => method.Method[..1] + method.Method[1..].ToLowerInvariant();
}
