using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Brig.Builds.StepMounts;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.Sources;

/// <summary>Downloads files over HTTP, with the tokens that secrets named after the host hold.</summary>
internal sealed class WebFetcher(IReadOnlyDictionary<string, SecretSource> secrets) : IDisposable
{
    private const int BufferSize = 128 << 10;

    private readonly HttpClient _client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = TimeSpan.FromMinutes(60) };

    /// <summary>What the server says by which the content is known: its entity tag, else its time; null where it says neither.</summary>
    internal async Task<string?> TagAsync(string address, CancellationToken token)
    {
        try
        {
            using HttpRequestMessage request = Request(HttpMethod.Head, address);
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            return !response.IsSuccessStatusCode ? null
                : response.Headers.ETag?.ToString() ?? (response.Content.Headers.LastModified is { } time ? $"{time.ToUnixTimeSeconds()} {response.Content.Headers.ContentLength}" : null);
        }
        catch (HttpRequestException)
        {
            return null; // the download will say why
        }
    }

    /// <summary>Downloads into a folder; gives the file's name, from the address or the server.</summary>
    internal async Task<string> FetchAsync(string address, string folder, string? checksum, CancellationToken token)
    {
        try
        {
            using HttpRequestMessage request = Request(HttpMethod.Get, address);
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            if (!response.IsSuccessStatusCode)
            {
                throw new BrigException(response.StatusCode == HttpStatusCode.NotFound ? ErrorKind.NotFound : ErrorKind.Unavailable,
                    $"{Oci.Text.Quote(address)}: invalid response status {(int)response.StatusCode}");
            }

            string name = NameOf(address, response);
            string path = Path.Combine(folder, name);
            Digest digest;
            using (SafeFileHandle file = Files.Open(path, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW, 0x180))
            {
                digest = await ReceiveAsync(response, file, token);
            }

            if (checksum is not null && (!Digest.TryParse(checksum, out Digest wanted) || wanted != digest))
            {
                throw BrigException.Invalid($"{Oci.Text.Quote(address)}: digest mismatch {digest}: {Oci.Text.Quote(checksum)}");
            }

            long time = response.Content.Headers.LastModified?.ToUnixTimeSeconds() ?? 0;
            Inodes.SetModified(null, path, time * 1_000_000_000);
            return name;
        }
        catch (Exception error) when (error is HttpRequestException or IOException and not LinuxException)
        {
            throw BrigException.Unavailable($"{Oci.Text.Quote(address)}: {Oci.Text.Quote(error.Message)}", error);
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task<Digest> ReceiveAsync(HttpResponseMessage response, SafeFileHandle file, CancellationToken token)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using Stream body = await response.Content.ReadAsStreamAsync(token);
        byte[] buffer = new byte[BufferSize];
        for (int got; (got = await body.ReadAsync(buffer, token)) > 0;)
        {
            hash.AppendData(buffer, 0, got);
            Files.WriteAll(file, buffer.AsSpan(0, got));
        }

        return Digest.FromSha256(hash.GetHashAndReset());
    }

    private HttpRequestMessage Request(HttpMethod method, string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri))
        {
            throw BrigException.Invalid($"\"{Oci.Text.Quote(address)}\": not an address");
        }

        HttpRequestMessage request = new(method, uri);
        request.Headers.UserAgent.ParseAdd("brig");
        if (Secret("HTTP_AUTH_HEADER_" + uri.Host) is { } header && AuthenticationHeaderValue.TryParse(header, out AuthenticationHeaderValue? whole))
        {
            request.Headers.Authorization = whole;
        }
        else if (Secret("HTTP_AUTH_TOKEN_" + uri.Host) is { } bearer)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        return request;
    }

    private string? Secret(string id) => secrets.GetValueOrDefault(id)?.Read() is { } value ? Encoding.UTF8.GetString(value).Trim() : null;

    private static string NameOf(string address, HttpResponseMessage response)
    {
        string? told = response.Content.Headers.ContentDisposition?.FileName?.Trim('"');
        string path = Uri.UnescapeDataString(new Uri(address).AbsolutePath.TrimEnd('/'));
        string name = told is { Length: > 0 } && !told.Contains('/', StringComparison.Ordinal) ? told : path[(path.LastIndexOf('/') + 1)..];
        return name is "" or "." or ".." || name.Contains('\0', StringComparison.Ordinal) ? "download" : name;
    }
}
