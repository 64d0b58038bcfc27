using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Brig.Images.Tests.Support;

/// <summary>A small HTTP server that answers what a test says, right or wrong, byte for byte. One answer per connection.</summary>
internal sealed class BadServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, string, BadServer, Answer> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, byte[]> _bodies = new();

    internal BadServer(Func<string, string, BadServer, Answer> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>What a server says: a status line's rest, headers, a body, and how often the body is repeated (-1: for ever).</summary>
    internal sealed record Answer(string Status, string Headers, byte[] Body, int Repeat = 1)
    {
        /// <summary>Leaves the connection open after the body, as if more were to come.</summary>
        internal bool Stalls { get; init; }

        internal static Answer Ok(byte[] body, string type = "application/json", string more = "") => new("200 OK", $"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n{more}", body);

        internal static Answer Of(string status, string headers = "", string body = "") => new(status, $"Content-Length: {body.Length}\r\n{headers}", Encoding.UTF8.GetBytes(body));
    }

    internal string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Request line and headers of each request.</summary>
    internal List<string> Requests { get; } = [];

    /// <summary>The body that came with a request.</summary>
    internal byte[] BodyOf(string request) => _bodies.GetValueOrDefault(request, []);

    /// <summary>Serves an image, letting a test change answers before they go: null leaves the right one.</summary>
    internal static BadServer For(TestImage image, Func<string, string, Answer?> change) => new((path, request, _) =>
    {
        if (change(path, request) is { } changed)
        {
            return changed;
        }

        if (path == "/v2/")
        {
            return Answer.Ok("{}"u8.ToArray());
        }

        if (path.Contains("/manifests/", StringComparison.Ordinal))
        {
            return Answer.Ok(image.Manifest, Brig.Oci.Images.MediaTypes.OciManifest);
        }

        byte[]? blob = image.Layers.Select(layer => layer.Blob).Append(image.Config).FirstOrDefault(content => path.EndsWith(Brig.Oci.Digest.Sha256(content).Hex, StringComparison.Ordinal));
        return blob is null ? Answer.Of("404 Not Found") : Answer.Ok(blob, "application/octet-stream");
    });

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                StringBuilder request = new();
                byte[] one = new byte[1];
                while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    if (await stream.ReadAsync(one) == 0)
                    {
                        return;
                    }

                    request.Append((char)one[0]);
                }

                string text = request.ToString();
                if (text.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } told)
                {
                    byte[] body = new byte[int.Parse(told.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)];
                    await stream.ReadExactlyAsync(body, _stop.Token);
                    _bodies[text] = body;
                }

                lock (Requests)
                {
                    Requests.Add(text);
                }

                Answer answer = _answer(text.Split(' ')[1], text, this);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer.Status}\r\nConnection: close\r\n{answer.Headers}\r\n"));
                for (int i = 0; answer.Repeat < 0 || i < answer.Repeat; i++)
                {
                    await stream.WriteAsync(answer.Body, _stop.Token);
                }

                if (answer.Stalls)
                {
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }
}
