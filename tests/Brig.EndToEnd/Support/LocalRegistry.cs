using System.Net;
using System.Net.Sockets;

namespace Brig.EndToEnd.Support;

/// <summary>Debian's docker-registry on a free loopback port.</summary>
public sealed class LocalRegistry : IDisposable
{
    // By crypt(3) with bcrypt, the only kind that docker-registry reads.
    private const string Password = "me:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

    private readonly RunningCommand _registry;

    public LocalRegistry(string folder)
        : this(folder, "")
    {
    }

    private LocalRegistry(string folder, string more)
    {
        Directory.CreateDirectory(folder);
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = free.LocalEndpoint.ToString()!;
        }

        File.WriteAllText(folder + "/passwords", Password + "\n");
        File.WriteAllText(folder + "/config.yml", $"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}/data}}, delete: {{enabled: true}}}}\nhttp: {{addr: {Address}}}\n"
            + more);
        _registry = new RunningCommand("docker-registry", ["serve", folder + "/config.yml"], new Dictionary<string, string> { ["OTEL_TRACES_EXPORTER"] = "none" });
        Assert.True(Host.Eventually(() =>
        {
            using TcpClient client = new();
            try
            {
                client.Connect(IPEndPoint.Parse(Address));
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }), _registry.Error);
    }

    public string Address { get; }

    /// <summary>One that asks who is there, and knows <c>me</c> with <c>secret</c>.</summary>
    public static LocalRegistry Guarded(string folder) => new(folder, $"auth: {{htpasswd: {{realm: tests, path: {folder}/passwords}}}}\n");

    public void Dispose() => _registry.Dispose();
}
