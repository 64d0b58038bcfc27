using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Brig.Images.Content;
using Brig.Images.Registry.Configuration;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Registry;

/// <summary>What a registry has in one repository (distribution-spec, "Pull"). Whatever it gives has been checked against its digest and size.</summary>
/// <param name="registries">The way there.</param>
/// <param name="reference">The image as the user calls it.</param>
/// <param name="source">Where it is asked for.</param>
internal sealed class RepositoryClient(Registries registries, ImageReference reference, RegistrySource source)
{
    private const int BlobAttempts = 4, BufferSize = 256 << 10;

    // Bytes after which a broken transfer counts as a new one.
    private const long FreshStart = 4 << 20;

    /// <summary>What is asked for where a manifest is.</summary>
    internal static IReadOnlyList<string> ManifestTypes { get; } = [MediaTypes.OciIndex, MediaTypes.DockerList, MediaTypes.OciManifest, MediaTypes.DockerManifest];

    private readonly RegistryEndpoint _endpoint = registries.Open(source.Location.Registry, source.Trust);

    internal ImageReference Reference => reference;

    /// <summary>The manifest or index that a tag or digest names.</summary>
    internal async Task<FetchedManifest> ManifestAsync(ImageReference wanted, CancellationToken token)
    {
        string name = wanted.Digest?.Value ?? wanted.Tag!;
        using HttpResponseMessage response = await _endpoint.SendAsync(new RegistryPurpose(wanted, source.Location, RegistryAction.PullManifest), $"{source.Location.Repository}/manifests/{name}", address =>
        {
            HttpRequestMessage request = new(HttpMethod.Get, address);
            foreach (string type in ManifestTypes)
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

    /// <summary>
    /// Streams a blob into a file, verified at the end: the file is right only where this returns. Goes on behind what the file has already,
    /// which is verified with the rest; broken transfers are taken up where they broke.
    /// </summary>
    internal async Task DownloadAsync(Descriptor blob, GrowingFile file, Action<long> progress, CancellationToken token)
    {
        if (blob.Digest.Algorithm != "sha256")
        {
            throw BrigException.Unsupported($"{reference}: layer digests of {blob.Digest.Algorithm} are not supported");
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
        Begin(file, hash, buffer, token);
        for (int attempt = 1; file.Length < blob.Size; attempt++)
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

    /// <summary>Takes up what the file has into the hash.</summary>
    private static void Begin(GrowingFile file, IncrementalHash hash, byte[] buffer, CancellationToken token)
    {
        for (long at = 0; at < file.Length;)
        {
            token.ThrowIfCancellationRequested();
            int got = RandomAccess.Read(file.Handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, file.Length - at)), at);
            hash.AppendData(buffer, 0, got > 0 ? got : throw new EndOfStreamException("the file is shorter than it was"));
            at += got;
        }
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
        _endpoint.SendAsync(new RegistryPurpose(reference, source.Location, RegistryAction.PullBlob), $"{source.Location.Repository}/blobs/{digest}", address =>
        {
            HttpRequestMessage request = new(HttpMethod.Get, address);
            request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
            return request;
        }, token);

    private static Digest? Told(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out IEnumerable<string>? values) && Digest.TryParse(values.First(), out Digest told) && told.Algorithm == "sha256" ? told : null;
}
