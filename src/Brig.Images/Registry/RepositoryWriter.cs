using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Brig.Images.Registry.Configuration;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Registry;

/// <summary>Puts things into one repository and takes them out of it (distribution-spec, "Push" and "Content management").</summary>
/// <param name="registries">The way there.</param>
/// <param name="reference">The image as the user calls it.</param>
/// <param name="target">Where it is sent.</param>
internal sealed class RepositoryWriter(Registries registries, ImageReference reference, RegistrySource target)
{
    private readonly RegistryEndpoint _endpoint = registries.Open(target.Location.Registry, target.Trust);

    /// <summary>The registry and repository that are really written to.</summary>
    internal ImageReference Location => target.Location;

    internal async Task<bool> HasBlobAsync(Digest digest, CancellationToken token)
    {
        HttpResponseMessage response = await _endpoint.TrySendAsync(Purpose(RegistryAction.Push), $"{Repository}/blobs/{digest}", to => new HttpRequestMessage(HttpMethod.Head, to), token);
        using (response)
        {
            return response.StatusCode switch
            {
                HttpStatusCode.OK => true,
                HttpStatusCode.NotFound => false,
                _ => throw RegistryFailure.Of(response, [], Purpose(RegistryAction.Push)),
            };
        }
    }

    /// <summary>Takes a blob from another repository of the registry; false where it does not give it.</summary>
    internal async Task<bool> MountAsync(Digest digest, string from, CancellationToken token)
    {
        RegistryPurpose purpose = new(reference, target.Location, RegistryAction.Push, from);
        HttpResponseMessage response = await _endpoint.TrySendAsync(purpose, $"{Repository}/blobs/uploads/?mount={Uri.EscapeDataString(digest.Value)}&from={Uri.EscapeDataString(from)}",
            address => new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent([]) }, token);
        Uri? begun;
        using (response)
        {
            if (response.StatusCode == HttpStatusCode.Created)
            {
                return true;
            }

            begun = response.StatusCode == HttpStatusCode.Accepted && response.Headers.Location is { } location ? new Uri(response.RequestMessage!.RequestUri!, location) : null;
        }

        // It began an upload in its place, which nobody goes on with: the next one begins anew, with the right scope alone.
        if (begun is not null)
        {
            (await _endpoint.TrySendAsync(Purpose(RegistryAction.Push), begun.AbsoluteUri, address => new HttpRequestMessage(HttpMethod.Delete, address), token)).Dispose();
        }

        return false;
    }

    /// <summary>Sends a blob. <paramref name="open"/> gives so many of its bytes from a position on, for each piece, and calls its last argument whenever some were taken.</summary>
    internal Task UploadAsync(Digest digest, long size, Func<long, long, Action, Stream> open, CancellationToken token) =>
        new BlobUpload(registries, _endpoint, Purpose(RegistryAction.Push), digest, size, open).RunAsync(token);

    /// <summary>Whether the registry has the manifest that a tag or digest names.</summary>
    internal async Task<bool> HasManifestAsync(string name, CancellationToken token)
    {
        HttpResponseMessage response = await _endpoint.TrySendAsync(Purpose(RegistryAction.Push), $"{Repository}/manifests/{name}", address =>
        {
            HttpRequestMessage request = new(HttpMethod.Head, address);
            foreach (string type in RepositoryClient.ManifestTypes)
            {
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
            }

            return request;
        }, token);
        using (response)
        {
            return response.IsSuccessStatusCode;
        }
    }

    /// <summary>Stores a manifest or index under a tag or its digest. One that refers to another is entered in the list of its referrers, by the registry or else here.</summary>
    internal async Task PutManifestAsync(string name, string mediaType, ReadOnlyMemory<byte> manifest, CancellationToken token)
    {
        using HttpResponseMessage response = await _endpoint.SendAsync(Purpose(RegistryAction.Push), $"{Repository}/manifests/{name}", address =>
        {
            ReadOnlyMemoryContent content = new(manifest);
            content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
            return new HttpRequestMessage(HttpMethod.Put, address) { Content = content };
        }, token);
        if (MediaTypes.IsManifest(mediaType) && !response.Headers.Contains("OCI-Subject") && ImageDocuments.ParseManifest(manifest.Span) is { Subject: { } subject } parsed)
        {
            await EnterReferrerAsync(subject.Digest, new Descriptor
            {
                MediaType = mediaType,
                Digest = Digest.Sha256(manifest.Span),
                Size = manifest.Length,
                ArtifactType = parsed.ArtifactType is { Length: > 0 } type ? type : parsed.Config.MediaType,
                Annotations = parsed.Annotations,
            }, token);
        }
    }

    /// <summary>Adds to the tag that stands in for the list of referrers (distribution-spec, "Pushing manifests with subject").</summary>
    private async Task EnterReferrerAsync(Digest subject, Descriptor referrer, CancellationToken token)
    {
        IReadOnlyList<Descriptor> known = await new RepositoryNames(registries, reference, target).FallbackAsync(subject, token);
        if (known.Any(other => other.Digest == referrer.Digest))
        {
            return;
        }

        ImageIndex index = new() { SchemaVersion = 2, MediaType = MediaTypes.OciIndex, Manifests = [.. known, referrer] };
        await PutManifestAsync(RepositoryNames.FallbackTag(subject), MediaTypes.OciIndex, JsonSerializer.SerializeToUtf8Bytes(index, ImageJson.Documents.ImageIndex), token);
    }

    /// <summary>Removes a manifest by its digest, or only the tag where the registry can.</summary>
    internal async Task DeleteManifestAsync(string name, CancellationToken token)
    {
        using HttpResponseMessage response = await _endpoint.SendAsync(
            Purpose(RegistryAction.Delete), $"{Repository}/manifests/{name}", address => new HttpRequestMessage(HttpMethod.Delete, address), token);
    }

    private string Repository => target.Location.Repository;

    private RegistryPurpose Purpose(RegistryAction action) => new(reference, target.Location, action);
}
