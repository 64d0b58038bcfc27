using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Brig.Images.Tests.Support;

/// <summary>Debian's docker-registry on a free loopback port, with its storage in a folder of its own.</summary>
public sealed class RegistryServer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brig-registry-");
    private readonly Process _process;

    public RegistryServer()
        : this("")
    {
    }

    internal RegistryServer(string more)
    {
        Address = $"127.0.0.1:{FreePort()}";
        string config = Path.Combine(_folder.FullName, "config.yml");
        File.WriteAllText(config, $"""
            version: 0.1
            log:
              level: error
            storage:
              filesystem:
                rootdirectory: {_folder.FullName}/data
              delete:
                enabled: true
            http:
              addr: {Address}
            {more}
            """);
        ProcessStartInfo start = new("/usr/bin/docker-registry", ["serve", config]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OTEL_TRACES_EXPORTER"] = "none";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (int i = 0; i < 500; i++)
        {
            try
            {
                using TcpClient client = new();
                client.Connect(IPEndPoint.Parse(Address));
                return;
            }
            catch (SocketException)
            {
                Thread.Sleep(10);
            }
        }

        throw new InvalidOperationException("docker-registry does not start");
    }

    /// <summary>127.0.0.1:PORT.</summary>
    public string Address { get; }

    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Puts an image there with skopeo, which checks it. Gives the reference.</summary>
    internal string Put(TestImage image, string name)
    {
        string folder = Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N"));
        Tool.Run("skopeo", "copy", "--preserve-digests", "--dest-tls-verify=false", $"oci:{image.WriteLayout(folder)}:x", $"docker://{Address}/{name}");
        return $"{Address}/{name}";
    }

    internal string Raw(string name) => Tool.Run("skopeo", "inspect", "--raw", "--tls-verify=false", $"docker://{Address}/{name}");

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
