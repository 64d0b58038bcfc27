using System.Net;
using System.Net.Sockets;
using System.Text;
using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Images;

/// <summary><c>brig import</c> from a server on loopback.</summary>
public sealed class ImportTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Fact]
    public void A_root_file_system_comes_from_a_URL()
    {
        string folder = Directory.CreateTempSubdirectory("brig-e2e-import-").FullName;
        try
        {
            Host.Shell($"cd {folder} && mkdir -p tree/etc && echo here > tree/etc/name && head -c 3000000 /dev/urandom > tree/big && tar -cf root.tar -C tree . && gzip -k root.tar && cp root.tar cut.tar");
            using TcpListener server = Serve(folder, out string address);
            string id = brig.Do("import", "-c", "CMD [\"/none\"]", "-m", "from afar", $"{address}/root.tar", "afar:1");
            Assert.Equal($"{id} [/none] from afar", brig.Do("image", "inspect", "--format", "{{.Id}} {{.Config.Cmd}} {{.Comment}}", "afar:1"));
            Assert.Equal($"Imported from {address}/root.tar.gz", brig.Do("inspect", "--format", "{{.Comment}}", brig.Do("import", $"{address}/root.tar.gz")));

            // The same tree is the same layer, however it was packed, and a redirect is followed.
            Assert.Equal(brig.Do("inspect", "--format", "{{.RootFS.Layers}}", "afar:1"), brig.Do("inspect", "--format", "{{.RootFS.Layers}}", brig.Do("import", $"{address}/moved")));

            Outcome missing = brig.Try("import", $"{address}/missing.tar");
            Assert.Equal((1, $"brig: GET {address}/missing.tar: the server says 404 Not Found\n"), (missing.ExitCode, missing.Error));
            Outcome nobody = brig.Try("import", $"http://127.0.0.1:{FreePort()}/x.tar");
            Assert.True(nobody.ExitCode == 1 && nobody.Error.Contains("Connection refused", StringComparison.Ordinal), nobody.ToString());
            Assert.Contains("it must begin with http:// or https://", brig.Try("import", "ftp://127.0.0.1/x.tar").Error, StringComparison.Ordinal);
            Outcome cut = brig.Try("import", $"{address}/cut.tar", "cut:1");
            Assert.True(cut.ExitCode == 1 && cut.Error.Split('\n') is [_, ""], cut.ToString());
            Assert.Contains("No such image", brig.Try("history", "cut:1").Error, StringComparison.Ordinal);
            Assert.Equal("everything is in order", brig.Do("system", "check", "--quick"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Gives the folder's files; of <c>cut.tar</c> half, and then the connection breaks.</summary>
    private static TcpListener Serve(string folder, out string address)
    {
        TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        address = $"http://{server.LocalEndpoint}";
        _ = AcceptAsync(server, folder);
        return server;
    }

    private static async Task AcceptAsync(TcpListener server, string folder)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await server.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream(), folder);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private static async Task AnswerAsync(NetworkStream stream, string folder)
    {
        try
        {
            using StreamReader reader = new(stream, leaveOpen: true);
            string name = (await reader.ReadLineAsync() ?? "x /none").Split(' ')[1][1..], file = Path.Combine(folder, name);
            while (await reader.ReadLineAsync() is { Length: > 0 })
            {
            }

            byte[] content = File.Exists(file) ? await File.ReadAllBytesAsync(file) : [];
            string head = name == "moved" ? "302 Found\r\nLocation: /root.tar" : File.Exists(file) ? "200 OK" : "404 Not Found";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n"));
            await stream.WriteAsync(content.AsMemory(0, name == "cut.tar" ? content.Length / 2 : content.Length));
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
