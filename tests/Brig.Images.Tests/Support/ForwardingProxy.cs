using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Brig.Images.Tests.Support;

/// <summary>
/// A proxy that leads every host to one server, whatever its name: by CONNECT or by requests with a whole address. It can cut connections
/// after so many bytes towards the server.
/// </summary>
internal sealed class ForwardingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _target;
    private long _cutAfter = long.MaxValue;

    internal ForwardingProxy(string target)
    {
        _target = IPEndPoint.Parse(target);
        _listener.Start();
        _ = AcceptAsync();
    }

    internal string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The first lines of what was asked of it.</summary>
    internal List<string> Lines { get; } = [];

    /// <summary>What the environment of a program behind it says.</summary>
    internal string? Variable(string name) => name is "HTTP_PROXY" or "HTTPS_PROXY" ? "http://" + Address : null;

    /// <summary>The next connection that carries so many bytes to the server is cut there, once.</summary>
    internal void CutAfter(long bytes) => Interlocked.Exchange(ref _cutAfter, bytes);

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
        using (TcpClient server = new())
        {
            try
            {
                await server.ConnectAsync(_target, _stop.Token);
                NetworkStream near = client.GetStream(), far = server.GetStream();
                byte[] first = new byte[65536];
                int length = await near.ReadAsync(first, _stop.Token);
                string line = Encoding.ASCII.GetString(first, 0, length).Split("\r\n")[0];
                Note(line);
                if (line.StartsWith("CONNECT ", StringComparison.Ordinal))
                {
                    await near.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), _stop.Token);
                }
                else
                {
                    await far.WriteAsync(first.AsMemory(0, length), _stop.Token);
                }

                await Task.WhenAny(PumpAsync(near, far), far.CopyToAsync(near, _stop.Token));
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task PumpAsync(NetworkStream near, NetworkStream far)
    {
        byte[] buffer = new byte[65536];
        long sent = 0;
        while (await near.ReadAsync(buffer, _stop.Token) is var got and > 0)
        {
            string text = Encoding.ASCII.GetString(buffer, 0, Math.Min(got, 2048));
            if (text.Split("\r\n")[0] is var line && line.EndsWith("HTTP/1.1", StringComparison.Ordinal))
            {
                Note(line);
            }

            await far.WriteAsync(buffer.AsMemory(0, got), _stop.Token);
            sent += got;
            if (sent >= Interlocked.Read(ref _cutAfter))
            {
                Interlocked.Exchange(ref _cutAfter, long.MaxValue);
                return;
            }
        }
    }

    private void Note(string line)
    {
        lock (Lines)
        {
            Lines.Add(line);
        }
    }
}
