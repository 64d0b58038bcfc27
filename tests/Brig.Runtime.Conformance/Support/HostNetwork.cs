namespace Brig.Runtime.Conformance.Support;

/// <summary>A network namespace in which a runtime is run, so that no interface of the machine is touched.</summary>
public sealed class HostNetwork : IDisposable
{
    private readonly RunningCommand _holder;

    public HostNetwork()
    {
        string files = Path.Combine(Host.Folder, Host.NewName("network"));
        _holder = new(["unshare", "--net", "sh", "-c", "echo ready; exec sleep 1000"], "/", files);
        Host.Until(() => _holder.Output.Contains("ready", StringComparison.Ordinal), "a network namespace");
    }

    public IReadOnlyList<string> Words => ["nsenter", $"--net=/proc/{_holder.Id}/ns/net"];

    public string Shell(string command) => Host.Shell($"nsenter --net=/proc/{_holder.Id}/ns/net sh -c '{command}'");

    public void Dispose() => _holder.Dispose();
}
