using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Brig.Images.Content;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Registry;

/// <summary>One repository of a registry (distribution-spec). Whatever it gives has been checked against its digest and size.</summary>
internal sealed class RepositoryClient(Registries registries, ImageReference reference)
{
    private const int BlobAttempts = 4, BufferSize = 256 << 10;

    // Bytes after which a broken transfer counts as a new one.
    private const long FreshStart = 4 << 20;

    private static readonly string[] s_manifestTypes = [MediaTypes.OciIndex, MediaTypes.DockerList, MediaTypes.OciManifest, MediaTypes.DockerManifest];

    private readonly RegistryEndpoint _endpoint = registries.Open(reference.Registry);

    internal ImageReference Reference => reference;

    /// <summary>The manifest or index that a tag or digest names.</summary>
    internal async Task<FetchedManifest> ManifestAsync(ImageReference wanted, CancellationToken token)
    {
        string name = wanted.Digest?.Value ?? wanted.Tag!;
        string path = $"{reference.Repository}/manifests/{name}";
        using HttpResponseMessage response = await _endpoint.SendAsync(wanted, RegistryAction.PullManifest, path, address =>
        {
            HttpRequestMessage request = new(HttpMethod.Get, address);
            foreach (string type in s_manifestTypes)
            {
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
            }

            return request;
        }, token);
        byte[] content = await _endpoint.BodyAsync(response, ImageDocuments.ManifestLimit, response.RequestMessage!.RequestUri!, token)
            ?? throw BrigException.Invalid($"{wanted}: the manifest has more than {ImageDocuments.ManifestLimit >> 20} MiB");
        Digest digest = Digest.Sha256(content);
        if ((wanted.Digest is { } asked && asked != digest) || (Told(response) is { } told && told != digest))
        {
            throw BrigException.Invalid($"{wanted}: manifest verification failed for digest {wanted.Digest ?? Told(response)}: the content has {digest}");
        }

        return FetchedManifest.Of(content, response.Content.Headers.ContentType?.MediaType, wanted.ToString());
    }

    /// <summary>The image configuration that a manifest names.</summary>
    internal async Task<byte[]> ConfigAsync(Descriptor config, CancellationToken token)
    {
        if (config.Size is < 0 or > ImageDocuments.ConfigLimit)
        {
            throw BrigException.Invalid($"{reference}: the image configuration has {config.Size} bytes (at most {ImageDocuments.ConfigLimit >> 20} MiB)");
        }

        using HttpResponseMessage response = await BlobAsync(config.Digest, 0, token);
        byte[]? content = await _endpoint.BodyAsync(response, ImageDocuments.ConfigLimit, response.RequestMessage!.RequestUri!, token);
        return content is not null && content.Length == config.Size && Digest.Sha256(content) == config.Digest ? content
            : throw BrigException.Invalid($"{reference}: image config verification failed for digest {config.Digest}");
    }

    /// <summary>Streams a blob into a file, verified at the end: the file is complete only where size and digest are right. Broken transfers are taken up where they broke.</summary>
    internal async Task DownloadAsync(Descriptor blob, GrowingFile file, Action<long> progress, CancellationToken token)
    {
        if (blob.Digest.Algorithm != "sha256")
        {
            throw BrigException.Unsupported($"{reference}: layer digests of {blob.Digest.Algorithm} are not supported");
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
        for (int attempt = 1; ; attempt++)
        {
            long start = file.Length;
            try
            {
                await ReceiveAsync(blob, file, hash, buffer, progress, token);
                if (file.Length == blob.Size)
                {
                    break;
                }
            }
            catch (Exception error) when (error is HttpRequestException or IOException and not Linux.LinuxException)
            {
                if (attempt >= BlobAttempts && file.Length - start < FreshStart)
                {
                    throw BrigException.Unavailable($"{reference}: layer {blob.Digest.Short}: the connection broke after {file.Length} of {blob.Size} bytes", error);
                }
            }

            if (attempt >= BlobAttempts && file.Length - start < FreshStart)
            {
                throw BrigException.Unavailable($"{reference}: layer {blob.Digest.Short}: unexpected end after {file.Length} of {blob.Size} bytes");
            }

            attempt = file.Length - start >= FreshStart ? 1 : attempt;
            await Task.Delay(registries.Timeouts.Retry * (1 << (attempt - 1)), token);
        }

        Span<byte> sum = stackalloc byte[32];
        hash.GetHashAndReset(sum);
        if (Digest.FromSha256(sum) is var got && got != blob.Digest)
        {
            throw BrigException.Invalid($"{reference}: filesystem layer verification failed for digest {blob.Digest}: the content has {got}");
        }
    }

    internal async Task<bool> HasBlobAsync(Digest digest, CancellationToken token)
    {
        Uri address = new(await _endpoint.BaseAsync(token), $"{reference.Repository}/blobs/{digest}");
        using HttpResponseMessage response = await _endpoint.TrySendAsync(reference, RegistryAction.Push, address, to => new HttpRequestMessage(HttpMethod.Head, to), token);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.NotFound => false,
            var other => throw RegistryFailure.Of(other, [], reference, RegistryAction.Push),
        };
    }

    /// <summary>Sends a blob in one piece. <paramref name="open"/> gives its bytes from the beginning, once for each attempt, and calls its argument whenever some were taken.</summary>
    internal async Task UploadAsync(Digest digest, long size, Func<Action, Stream> open, CancellationToken token)
    {
        Uri location;
        using (HttpResponseMessage response = await _endpoint.SendAsync(reference, RegistryAction.Push, $"{reference.Repository}/blobs/uploads/",
            address => new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent([]) }, token))
        {
            location = new Uri(response.RequestMessage!.RequestUri!, response.Headers.Location ?? throw BrigException.Unavailable($"{reference}: the registry named no place to upload to"));
        }

        UriBuilder target = new(location);
        target.Query = $"{target.Query.TrimStart('?')}{(target.Query.Length > 1 ? "&" : "")}digest={Uri.EscapeDataString(digest.Value)}";
        using Patience patience = new(registries.Timeouts.Progress, token);
        try
        {
            using HttpResponseMessage done = await _endpoint.SendAsync(reference, RegistryAction.Push, target.Uri.AbsoluteUri, address =>
            {
                StreamContent content = new(open(patience.Renew), BufferSize);
                content.Headers.ContentLength = size;
                content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                return new HttpRequestMessage(HttpMethod.Put, address) { Content = content };
            }, patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsOver)
        {
            throw BrigException.Unavailable($"{reference}: blob {digest.Short}: {reference.Registry} took no data for {registries.Timeouts.Progress.TotalSeconds:0} s");
        }
    }

    internal async Task PutManifestAsync(string name, string mediaType, ReadOnlyMemory<byte> manifest, CancellationToken token)
    {
        using HttpResponseMessage response = await _endpoint.SendAsync(reference, RegistryAction.Push, $"{reference.Repository}/manifests/{name}", address =>
        {
            ReadOnlyMemoryContent content = new(manifest);
            content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
            return new HttpRequestMessage(HttpMethod.Put, address) { Content = content };
        }, token);
    }

    private async Task ReceiveAsync(Descriptor blob, GrowingFile file, IncrementalHash hash, byte[] buffer, Action<long> progress, CancellationToken token)
    {
        using HttpResponseMessage response = await BlobAsync(blob.Digest, file.Length, token);
        bool resumed = response.StatusCode == HttpStatusCode.PartialContent;
        long skip = resumed ? 0 : file.Length;
        if (resumed && response.Content.Headers.ContentRange?.From != file.Length)
        {
            throw BrigException.Unavailable($"{reference}: layer {blob.Digest.Short}: the registry sent another range than asked for");
        }

        if (response.Content.Headers.ContentLength is { } length && length != blob.Size - (resumed ? file.Length : 0))
        {
            throw BrigException.Invalid($"{reference}: layer {blob.Digest.Short}: the registry has {length} bytes, the manifest says {blob.Size}");
        }

        using Patience patience = new(registries.Timeouts.Progress, token);
        await using Stream body = await response.Content.ReadAsStreamAsync(token);
        while (true)
        {
            int got;
            try
            {
                got = await body.ReadAsync(buffer, patience.Token);
            }
            catch (OperationCanceledException) when (patience.IsOver)
            {
                throw BrigException.Unavailable($"{reference}: layer {blob.Digest.Short}: no data from {reference.Registry} for {registries.Timeouts.Progress.TotalSeconds:0} s");
            }

            if (got == 0)
            {
                return;
            }

            patience.Renew();
            int known = (int)Math.Min(skip, got);
            skip -= known;
            if (file.Length + got - known > blob.Size)
            {
                throw BrigException.Invalid($"{reference}: layer {blob.Digest.Short}: the registry sends more than the {blob.Size} bytes that the manifest says");
            }

            hash.AppendData(buffer, known, got - known);
            file.Append(buffer.AsSpan(known, got - known));
            progress(file.Length);
        }
    }

    private Task<HttpResponseMessage> BlobAsync(Digest digest, long from, CancellationToken token) =>
        _endpoint.SendAsync(reference, RegistryAction.PullBlob, $"{reference.Repository}/blobs/{digest}", address =>
        {
            HttpRequestMessage request = new(HttpMethod.Get, address);
            request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
            return request;
        }, token);

    private static Digest? Told(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out IEnumerable<string>? values) && Digest.TryParse(values.First(), out Digest told) && told.Algorithm == "sha256" ? told : null;
}
