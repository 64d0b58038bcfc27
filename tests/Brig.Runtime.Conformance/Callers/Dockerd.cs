using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Callers;

/// <summary>A dockerd with data, state and socket of its own, that touches neither bridges nor the firewall, and knows all runtimes by name.</summary>
public sealed class Dockerd : IDisposable
{
    private readonly CallerFiles _files = new("docker");
    private readonly RunningCommand _daemon;
    private int _names;

    public Dockerd()
    {
        string runtimes = string.Join(' ', OciRuntime.All.Keys.Select(name => $"--add-runtime test-{name}={_files.Wrapper(name)}"));
        _daemon = new(
            ["dockerd", "--data-root", _files.Folder + "/data", "--exec-root", _files.Folder + "/exec", "--pidfile", _files.Folder + "/pid", "--host", "unix://" + _files.Folder + "/sock",
                "--bridge", "none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false", "--storage-driver", "vfs", "--cgroup-parent", "/brig-conformance", .. runtimes.Split(' ')],
            "/", _files.Folder + "/log");
        Host.Until(() => Host.Try($"{Words} version").ExitCode == 0 || _daemon.HasExited, "dockerd answers");
        Assert.False(_daemon.HasExited, _daemon.Error);
        Host.Shell($"{Words} import {_files.Image} tiny");
    }

    private string Words => $"docker -H unix://{_files.Folder}/sock";

    public string NewName() => $"container-{Interlocked.Increment(ref _names)}";

    public Outcome Try(string arguments) => Host.Try($"{Words} {arguments}", 120);

    public string Do(string arguments)
    {
        Outcome outcome = Try(arguments);
        Assert.True(outcome.ExitCode == 0, $"docker {arguments}: {outcome}");
        return outcome.Line;
    }

    public string Command(string arguments) => $"{Words} {arguments}";

    public static string Run(string runtime, string arguments) => $"run --network none --runtime test-{runtime} {arguments}";

    public void Dispose()
    {
        Try("rm -f $(" + Words + " ps -aq)");
        Host.Try($"kill {_daemon.Id}");
        Host.Until(() => _daemon.HasExited, "dockerd has ended");
        _daemon.Dispose();

        // Its containerd ends a moment after it.
        Host.Until(() => Host.Try($"grep -l '{_files.Folder}' /proc/[0-9]*/cmdline 2>/dev/null | grep -v /proc/self").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length <= 2, "its processes have ended");
        Host.Try($"for m in $(grep -o '{_files.Folder}[^ ]*' /proc/mounts | sort -r); do umount -l $m; done");
        _files.Dispose();
    }
}
