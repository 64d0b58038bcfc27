using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Callers;

/// <summary>A podman with storage and state of its own.</summary>
public sealed class Podman : IDisposable
{
    private readonly CallerFiles _files = new("podman");
    private int _names;

    public Podman() => Host.Shell($"{Words("crun")} import -q {_files.Image} tiny");

    public string NewName() => $"c{Interlocked.Increment(ref _names)}";

    public Outcome Try(string runtime, string arguments) => Host.Try($"{Words(runtime)} {arguments}", 120);

    public string Do(string runtime, string arguments)
    {
        Outcome outcome = Try(runtime, arguments);
        Assert.True(outcome.ExitCode == 0, $"podman with {runtime}, {arguments}: {outcome}");
        return outcome.Line;
    }

    public string Command(string runtime, string arguments) => $"{Words(runtime)} {arguments}";

    /// <summary><c>run</c> with what every container here needs: no network, limits that root without CAP_SYS_RESOURCE may set, and a cgroup of this project.</summary>
    public static string Run(string arguments) => $"run --network none --ulimit nofile=1024:4096 --ulimit nproc=1000:1000 --cgroup-parent /brig-conformance {arguments}";

    public void Dispose()
    {
        Host.Try($"{Words("crun")} rm -af -t 0");
        Host.Try($"for m in $(grep -o '{_files.Folder}[^ ]*' /proc/mounts | sort -r); do umount -l $m; done");
        _files.Dispose();
    }

    private string Words(string runtime)
    {
        string root = _files.Folder;
        string wrapper = _files.Wrapper(OciRuntime.All.ContainsKey(runtime) ? runtime : OciRuntime.All.Keys.First());
        return $"podman --root {root}/root --runroot {root}/run --tmpdir {root}/tmp --storage-driver vfs --cgroup-manager cgroupfs --events-backend none --log-level error --runtime {wrapper}";
    }
}
