using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Brig.Oci;

namespace Brig.Images.Registry;

/// <summary>
/// One blob on its way to a registry (distribution-spec, "Pushing blobs"): in one piece first; where the connection breaks the registry is
/// asked how far it got, and the rest follows; where it takes no such piece, in chunks.
/// </summary>
internal sealed class BlobUpload(Registries registries, RegistryEndpoint endpoint, RegistryPurpose purpose, Digest digest, long size, Func<long, long, Action, Stream> open)
{
    private const int Attempts = 5, BufferSize = 256 << 10;
    private const long UsualChunk = 32 << 20, LeastChunk = 1 << 20;

    // Bytes after which a broken transfer counts as a new one.
    private const long FreshStart = 4 << 20;

    private Uri? _location;
    private long _offset;
    private long _chunk = long.MaxValue;
    private long _least;

    internal async Task RunAsync(CancellationToken token)
    {
        for (int attempt = 1; ; attempt++)
        {
            long before = _offset;
            TimeSpan wait;
            try
            {
                _location ??= await BeginAsync(token);
                if (await SendAsync(token))
                {
                    return;
                }

                attempt = 0;
                continue;
            }
            catch (Exception error) when (error is HttpRequestException or IOException and not Linux.LinuxException or TimeoutException)
            {
                if (attempt >= Attempts)
                {
                    throw BrigException.Unavailable($"{purpose.Shown}: blob {digest.Short}: the connection broke after {_offset} of {size} bytes: {Reason(error)}", error);
                }

                wait = Repetition.Pause(attempt, registries);
            }

            await Task.Delay(wait, token);
            await FindOffsetAsync(token);
            attempt = _offset - before >= FreshStart ? 0 : attempt;
        }
    }

    private async Task<Uri> BeginAsync(CancellationToken token)
    {
        using HttpResponseMessage response = await endpoint.SendAsync(purpose, $"{purpose.Location.Repository}/blobs/uploads/",
            address => new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent([]) }, token);
        _offset = 0;
        _least = response.Headers.TryGetValues("OCI-Chunk-Min-Length", out IEnumerable<string>? values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out long least) ? least : LeastChunk;
        return Next(response) ?? throw BrigException.Unavailable($"{purpose.Shown}: the registry named no place to upload to");
    }

    /// <summary>Sends the next piece; true where it was the last.</summary>
    private async Task<bool> SendAsync(CancellationToken token)
    {
        long length = Math.Min(_chunk, size - _offset);
        bool whole = _offset == 0 && length == size, last = _offset == size;
        using Patience patience = new(registries.Timeouts.Progress, token);
        HttpResponseMessage response;
        try
        {
            response = await endpoint.StreamAsync(purpose, whole || last ? Closing(_location!) : _location!, address => Request(address, whole || last ? HttpMethod.Put : HttpMethod.Patch, length, whole, patience.Renew), patience.Token);
        }
        catch (OperationCanceledException error) when (patience.IsOver)
        {
            throw new TimeoutException($"no data taken for {registries.Timeouts.Progress.TotalSeconds:0} s", error);
        }

        if (response.IsSuccessStatusCode)
        {
            using (response)
            {
                _location = Next(response) ?? _location;
                _offset = whole || last ? size : Taken(response) ?? _offset + length;
                return whole || last;
            }
        }

        if (response.StatusCode == HttpStatusCode.RequestEntityTooLarge && _chunk > Math.Max(_least, LeastChunk))
        {
            // A limit on bodies, mostly of a proxy before the registry: smaller pieces, from the beginning.
            response.Dispose();
            _chunk = _chunk == long.MaxValue ? Math.Max(_least, UsualChunk) : Math.Max(_least, _chunk / 4);
            _location = null;
            return false;
        }

        if (response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable || (int)response.StatusCode >= 500 || response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            using (response)
            {
                throw new HttpRequestException($"HTTP status {(int)response.StatusCode}");
            }
        }

        throw await endpoint.RefusedAsync(purpose, response, token);
    }

    private HttpRequestMessage Request(Uri address, HttpMethod method, long length, bool whole, Action moved)
    {
        HttpRequestMessage request = new(method, address);
        if (length == 0)
        {
            request.Content = new ByteArrayContent([]);
            return request;
        }

        StreamContent content = new(open(_offset, length, moved), BufferSize);
        content.Headers.ContentLength = length;
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (!whole)
        {
            // Without a unit, unlike HTTP's (distribution-spec, "Pushing a blob in chunks").
            content.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"{_offset}-{_offset + length - 1}"));
        }

        request.Content = content;
        return request;
    }

    /// <summary>Asks how much has arrived. Where the upload is not known any more it begins anew.</summary>
    private async Task FindOffsetAsync(CancellationToken token)
    {
        if (_location is null)
        {
            return;
        }

        using HttpResponseMessage response = await endpoint.TrySendAsync(purpose, _location.AbsoluteUri, address => new HttpRequestMessage(HttpMethod.Get, address), token);
        if (response.StatusCode == HttpStatusCode.NoContent && Taken(response) is { } taken && taken <= size)
        {
            _offset = taken;
            _location = Next(response) ?? _location;
        }
        else
        {
            _location = null;
        }
    }

    private static Uri? Next(HttpResponseMessage response) => response.Headers.Location is { } location ? new Uri(response.RequestMessage!.RequestUri!, location) : null;

    /// <summary>How many bytes the registry has: the <c>Range</c> of its answer, <c>0-LAST</c>. Nothing at all is <c>0-0</c> or no range, and so is a single byte, which is sent again.</summary>
    private static long? Taken(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Range", out IEnumerable<string>? values))
        {
            return response.StatusCode == HttpStatusCode.NoContent ? 0 : null;
        }

        string range = values.First();
        int dash = range.LastIndexOf('-');
        return dash > 0 && long.TryParse(range.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long last) ? last == 0 ? 0 : last + 1 : null;
    }

    private Uri Closing(Uri location)
    {
        UriBuilder target = new(location);
        target.Query = $"{target.Query.TrimStart('?')}{(target.Query.Length > 1 ? "&" : "")}digest={Uri.EscapeDataString(digest.Value)}";
        return target.Uri;
    }

    private static string Reason(Exception error) => Oci.Text.Quote((error.InnerException ?? error).Message);
}
