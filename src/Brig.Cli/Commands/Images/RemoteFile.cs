using System.Net;

namespace Brig.Cli.Commands.Images;

/// <summary>A file that a command reads from a URL, as it comes.</summary>
internal static class RemoteFile
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Throws where the server does not answer, or not with a file. A proxy is taken from the environment.</summary>
    public static async Task<Stream> OpenAsync(string url, CancellationToken token)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            throw BrigException.Invalid($"unsupported URL {Oci.Text.Quote(url)}: it must begin with http:// or https://");
        }

        SocketsHttpHandler handler = new() { ConnectTimeout = s_patience, AutomaticDecompression = DecompressionMethods.None };
        HttpClient client = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            HttpResponseMessage answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, token);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStreamAsync(token)
                : throw new BrigException(answer.StatusCode == HttpStatusCode.NotFound ? ErrorKind.NotFound : ErrorKind.Unavailable, $"GET {Oci.Text.Quote(url)}: the server says {(int)answer.StatusCode} {answer.ReasonPhrase}");
        }
        catch (HttpRequestException error)
        {
            throw new BrigException(ErrorKind.Unavailable, $"GET {Oci.Text.Quote(url)}: {Oci.Text.Quote(error.InnerException?.Message ?? error.Message)}", error);
        }
    }
}
