using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Brig.Oci;

namespace Brig.Images.Registry;

/// <summary>
/// Looks for repositories by words, with the search of registries of version 1, the only one that there is, and that Docker Hub still has;
/// where there is none, in the list of all repositories.
/// </summary>
public sealed class RegistrySearch(Registries registries)
{
    private const int AnswerLimit = 8 << 20, MostResults = 100, MostPages = 1000;

    /// <summary>What a registry finds for a term, the most starred first.</summary>
    /// <param name="term">With a registry before it (<c>localhost:5000/app</c>) that one is asked, else Docker Hub.</param>
    /// <param name="limit">How many at most, 1 to 100; 0 for the registry's own choice.</param>
    /// <param name="token">Ends it.</param>
    public async Task<IReadOnlyList<SearchResult>> RunAsync(string term, int limit, CancellationToken token)
    {
        if (limit is < 0 or > MostResults)
        {
            throw BrigException.Invalid($"limit {limit} is outside the range of [1, {MostResults}]");
        }

        (string registry, string words) = Split(term);
        RegistryEndpoint endpoint = registries.Open(registry);
        ImageReference any = ImageReference.Parse($"{registry}/search");
        Uri address = registry == "docker.io" ? new Uri("https://index.docker.io/v1/search") : new Uri(await endpoint.BaseAsync(token), "/v1/search");
        string query = $"{address}?q={Uri.EscapeDataString(words)}&n={(limit == 0 ? 25 : limit).ToString(CultureInfo.InvariantCulture)}";
        HttpResponseMessage response = await endpoint.TrySendAsync(new RegistryPurpose(any, any, RegistryAction.Login), query, Ask, token);
        using (response)
        {
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
            {
                return await CatalogueAsync(endpoint, registry, words, limit == 0 ? 25 : limit, token);
            }

            if (!response.IsSuccessStatusCode)
            {
                throw BrigException.Unavailable($"search {registry}: received unexpected HTTP status: {(int)response.StatusCode}");
            }

            return Read(await endpoint.BodyAsync(response, AnswerLimit, address, token) ?? throw BrigException.Invalid($"search {registry}: the answer has more than {AnswerLimit >> 20} MiB"), registry, limit);
        }
    }

    /// <summary>What of a registry's list of repositories has the words in its name (distribution's <c>_catalog</c>), for registries without a search.</summary>
    private static async Task<IReadOnlyList<SearchResult>> CatalogueAsync(RegistryEndpoint endpoint, string registry, string words, int limit, CancellationToken token)
    {
        ImageReference any = ImageReference.Parse($"{registry}/search");
        RegistryPurpose purpose = new(any, any, RegistryAction.Catalogue);
        List<SearchResult> found = [];
        string? path = "_catalog?n=1000";
        for (int page = 0; path is not null && found.Count < limit && page < MostPages; page++)
        {
            using HttpResponseMessage response = await endpoint.TrySendAsync(purpose, path, Ask, token);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.Forbidden)
            {
                throw BrigException.Unsupported($"{registry} has no search and no list of its repositories (brig registry tags {registry}/NAME lists the tags of a repository)");
            }

            if (!response.IsSuccessStatusCode)
            {
                throw await endpoint.RefusedAsync(purpose, response, token);
            }

            byte[] content = await endpoint.BodyAsync(response, AnswerLimit, response.RequestMessage!.RequestUri!, token) ?? throw BrigException.Invalid($"search {registry}: the answer has more than {AnswerLimit >> 20} MiB");
            found.AddRange(Repositories(content, registry).Where(name => name.Contains(words, StringComparison.OrdinalIgnoreCase)).Select(name => new SearchResult { Name = $"{registry}/{name}" }));
            path = RepositoryNames.NextPage(response);
        }

        return [.. found.Take(limit)];
    }

    private static IEnumerable<string> Repositories(byte[] content, string registry)
    {
        try
        {
            return (JsonSerializer.Deserialize(content, RegistryJson.Default.RepositoryList)?.Repositories ?? []).OfType<string>();
        }
        catch (JsonException error)
        {
            throw BrigException.Invalid($"search {registry}: the answer is no list of repositories", error);
        }
    }

    private static IReadOnlyList<SearchResult> Read(byte[] content, string registry, int limit)
    {
        try
        {
            IEnumerable<SearchResult> results = (JsonSerializer.Deserialize(content, RegistryJson.Default.SearchAnswer)?.Results ?? []).OfType<SearchResult>();
            return [.. results.OrderByDescending(result => result.Stars).Take(limit == 0 ? int.MaxValue : limit)];
        }
        catch (JsonException error)
        {
            throw BrigException.Invalid($"search {registry}: the answer is not what a search gives", error);
        }
    }

    private static (string Registry, string Words) Split(string term)
    {
        if (term.Contains("://", StringComparison.Ordinal))
        {
            throw BrigException.Invalid($"invalid repository name \"{Oci.Text.Quote(term)}\": should not have a scheme (http:// or https://)");
        }

        int slash = term.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? "" : term[..slash];
        return first.AsSpan().ContainsAny('.', ':') || first == "localhost" ? (first is "index.docker.io" ? "docker.io" : first, term[(slash + 1)..]) : ("docker.io", term);
    }

    private static HttpRequestMessage Ask(Uri address)
    {
        HttpRequestMessage request = new(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }
}
