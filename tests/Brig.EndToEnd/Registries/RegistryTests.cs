using System.Net;
using System.Net.Sockets;
using Brig.EndToEnd.Support;

namespace Brig.EndToEnd.Registries;

/// <summary>Push and pull with the registry program, save and load with files.</summary>
public sealed class RegistryTests(EngineRoot brig) : IClassFixture<EngineRoot>
{
    [Fact]
    public void An_image_goes_to_a_registry_and_comes_back_the_same()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        string folder = Directory.CreateDirectory(brig.Path + "/registry").FullName;
        File.WriteAllText(folder + "/config.yml", $"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}/data}}}}\nhttp: {{addr: 127.0.0.1:{port}}}\n");
        using RunningCommand registry = new("docker-registry", ["serve", folder + "/config.yml"]);
        Assert.True(Host.Eventually(() => brig.Try("pull", "-q", $"127.0.0.1:{port}/none").Error.Contains("not found", StringComparison.Ordinal)));
        string name = $"127.0.0.1:{port}/team/debian:1";
        brig.Do("tag", BaseImage.Name, name);
        string id = brig.Inspect(name, "{{.Id}}");
        Assert.Matches("1: digest: sha256:[0-9a-f]{64} size: [0-9]+", brig.Do("push", name));
        using EngineRoot other = new();
        other.Do("rmi", "-f", BaseImage.Name);
        string pulled = other.Do("pull", name);
        Assert.Contains("Status: Downloaded newer image for " + name, pulled, StringComparison.Ordinal);
        Assert.Equal(id, other.Inspect(name, "{{.Id}}"));
        Assert.Contains("Status: Image is up to date for " + name, other.Do("pull", name), StringComparison.Ordinal);
        Assert.Equal("works", other.Do("run", "--rm", "--network", "none", name, "echo", "works"));
        Assert.Equal("tagged elsewhere: 0", $"tagged elsewhere: {other.Try("system", "check").ExitCode}");
    }

    [Fact]
    public void A_registry_that_is_down_is_one_line()
    {
        Outcome outcome = brig.Try("pull", "-q", "127.0.0.1:1/nothing");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains("connection refused", outcome.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_saved_image_is_loaded_elsewhere()
    {
        string archive = brig.Path + "/saved.tar";
        brig.Do("save", "-o", archive, BaseImage.Name);
        Assert.Contains("manifest.json", Host.Shell($"tar -tf {archive}"), StringComparison.Ordinal);
        using EngineRoot other = new();
        other.Do("rmi", "-f", BaseImage.Name);
        Assert.Equal($"Loaded image: {BaseImage.Name}:latest", other.Do("load", "-i", archive));
        Assert.Equal(brig.Inspect(BaseImage.Name, "{{.Id}}"), other.Inspect(BaseImage.Name, "{{.Id}}"));
        Assert.Equal("works", other.Do("run", "--rm", "--network", "none", BaseImage.Name, "echo", "works"));
    }
}
