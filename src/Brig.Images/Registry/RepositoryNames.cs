using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Brig.Images.Registry.Configuration;
using Brig.Oci;
using Brig.Oci.Images;

namespace Brig.Images.Registry;

/// <summary>What names there are in one repository, and what refers to an image in it (distribution-spec, "Content discovery").</summary>
internal sealed class RepositoryNames(Registries registries, ImageReference reference, RegistrySource source)
{
    private const int PageLimit = 8 << 20, MostTags = 200_000, MostPages = 1000;

    private readonly RegistryEndpoint _endpoint = registries.Open(source.Location.Registry, source.Trust);
    private readonly RegistryPurpose _purpose = new(reference, source.Location, RegistryAction.List);

    /// <summary>All tags, in the registry's order.</summary>
    internal async Task<IReadOnlyList<string>> TagsAsync(CancellationToken token)
    {
        List<string> tags = [];
        string? path = $"{source.Location.Repository}/tags/list?n=1000";
        for (int page = 0; path is not null; page++)
        {
            using HttpResponseMessage response = await _endpoint.SendAsync(_purpose, path, address => new HttpRequestMessage(HttpMethod.Get, address), token);
            TagList list = Read(await BodyAsync(response, token), RegistryJson.Default.TagList, "list of tags");
            tags.AddRange((list.Tags ?? []).OfType<string>().Where(tag => ImageReference.TryParse($"x:{tag}", out _)));
            path = NextPage(response);
            if (tags.Count > MostTags || page > MostPages)
            {
                throw BrigException.Invalid($"{reference}: the registry's list of tags does not end");
            }
        }

        return tags;
    }

    /// <summary>The descriptors of all manifests that say they refer to one, from the registry's list or, where it has none, the tag that stands in for it.</summary>
    internal async Task<IReadOnlyList<Descriptor>> ReferrersAsync(Digest subject, string? artifactType, CancellationToken token)
    {
        string filter = artifactType is null ? "" : $"?artifactType={Uri.EscapeDataString(artifactType)}";
        List<Descriptor> found = [];
        string? path = $"{source.Location.Repository}/referrers/{subject}{filter}";
        for (int page = 0; path is not null; page++)
        {
            HttpResponseMessage response = await _endpoint.TrySendAsync(_purpose, path, Ask, token);
            if (response.StatusCode == HttpStatusCode.NotFound && page == 0)
            {
                response.Dispose();
                return Chosen(await FallbackAsync(subject, token), artifactType);
            }

            if (!response.IsSuccessStatusCode)
            {
                throw await _endpoint.RefusedAsync(_purpose, response, token);
            }

            using (response)
            {
                found.AddRange(ImageDocuments.ParseIndex(await BodyAsync(response, token)).Manifests);
                path = NextPage(response);
            }

            if (page > MostPages)
            {
                throw BrigException.Invalid($"{reference}: the registry's list of referrers does not end");
            }
        }

        return Chosen(found, artifactType);
    }

    /// <summary>distribution-spec, "Referrers tag schema": the algorithm and the digest with a hyphen between, cut to a tag's length.</summary>
    internal static string FallbackTag(Digest subject) => $"{subject.Algorithm}-{(subject.Hex.Length > 64 ? subject.Hex[..64] : subject.Hex)}";

    /// <summary>What the tag lists that stands in for the list of referrers.</summary>
    internal async Task<IReadOnlyList<Descriptor>> FallbackAsync(Digest subject, CancellationToken token)
    {
        string tag = FallbackTag(subject);
        HttpResponseMessage response = await _endpoint.TrySendAsync(_purpose, $"{source.Location.Repository}/manifests/{tag}", Ask, token);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            response.Dispose();
            return [];
        }

        if (!response.IsSuccessStatusCode)
        {
            throw await _endpoint.RefusedAsync(_purpose, response, token);
        }

        using (response)
        {
            return ImageDocuments.ParseIndex(await BodyAsync(response, token)).Manifests;
        }
    }

    /// <summary>A registry need not filter, so what it gives is filtered again.</summary>
    private static List<Descriptor> Chosen(IReadOnlyList<Descriptor> all, string? artifactType) =>
        [.. all.Where(manifest => artifactType is null || manifest.ArtifactType == artifactType)];

    private static HttpRequestMessage Ask(Uri address)
    {
        HttpRequestMessage request = new(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaTypes.OciIndex));
        return request;
    }

    private async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken token) =>
        await _endpoint.BodyAsync(response, PageLimit, response.RequestMessage!.RequestUri!, token)
            ?? throw BrigException.Invalid($"{reference}: the registry's answer has more than {PageLimit >> 20} MiB");

    private T Read<T>(byte[] content, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string what)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(content, type) ?? throw BrigException.Invalid($"{reference}: the registry answered with something that is no {what}");
        }
        catch (JsonException error)
        {
            throw BrigException.Invalid($"{reference}: the registry answered with something that is no {what}", error);
        }
    }

    /// <summary>Where the list goes on (RFC 8288): only ever at the same registry.</summary>
    internal static string? NextPage(HttpResponseMessage response)
    {
        string? link = response.Headers.TryGetValues("Link", out IEnumerable<string>? values) ? values.FirstOrDefault(value => value.Contains("rel=\"next\"", StringComparison.Ordinal)) : null;
        int from = link?.IndexOf('<', StringComparison.Ordinal) ?? -1, to = link?.IndexOf('>', StringComparison.Ordinal) ?? -1;
        return from >= 0 && to > from && Uri.TryCreate(response.RequestMessage!.RequestUri!, link![(from + 1)..to], out Uri? next)
            && next.Authority == response.RequestMessage.RequestUri!.Authority && next.Scheme == response.RequestMessage.RequestUri.Scheme ? next.AbsoluteUri : null;
    }
}
