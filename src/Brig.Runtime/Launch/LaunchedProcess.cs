using System.Runtime.InteropServices;
using Brig.Linux;
using Brig.Oci;
using Brig.Runtime.Seccomp;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>
/// A cloned process that waits before its exec, so that the caller can do what needs its namespaces. The caller's ends of
/// its streams are here; disposing closes them and the pidfd, and ends nothing.
/// </summary>
public sealed class LaunchedProcess : IDisposable
{
    private readonly NativePlan _plan;
    private readonly SafeFileHandle _go;
    private readonly SafeFileHandle _report;
    private readonly ProcessStreams _streams;

    internal LaunchedProcess(int pid, SafeFileHandle pidFd, NativePlan plan, SafeFileHandle go, SafeFileHandle report, ProcessStreams streams) =>
        (Pid, PidFd, _plan, _go, _report, _streams) = (pid, pidFd, plan, go, report, streams);

    /// <summary>As the caller's pid namespace numbers it.</summary>
    public int Pid { get; }

    public SafeFileHandle PidFd { get; }

    /// <summary>True where <see cref="Input"/> and <see cref="Output"/> are a terminal's master and there is no <see cref="Error"/>.</summary>
    public bool IsTerminal => _streams.IsTerminal;

    /// <summary>Write here what the process reads. Not for a process that inherited its streams.</summary>
    public SafeFileHandle Input => _streams.Input;

    /// <summary>Read here what the process writes.</summary>
    public SafeFileHandle Output => _streams.Output;

    public SafeFileHandle? Error => _streams.Error;

    /// <summary>The container's devpts, for the terminals of further processes; null for those.</summary>
    public SafeFileHandle? Terminals => _streams.Terminals;

    /// <summary>Takes the descriptor by which a seccomp agent is asked; must be set where the policy has SCMP_ACT_NOTIFY.</summary>
    public Action<SafeFileHandle>? OnListener { get; set; }

    internal bool Notifies { get; init; }

    /// <summary>Tells a process launched with <see cref="LaunchOptions.AwaitPlacement"/> that it is in its cgroup.</summary>
    public void Place() => Go();

    /// <summary>Returns once a process launched with <see cref="LaunchOptions.AwaitHooks"/> has mounted everything.</summary>
    /// <exception cref="BrigException">A step failed; the process has ended and must be waited for.</exception>
    public void AwaitHooks()
    {
        (int index, int errno) = Report() ?? throw new BrigException(ErrorKind.Internal, "the container's process ended before its hooks");
        if (index != LaunchPlan.ReachedHooks)
        {
            throw LaunchFailure.Explain(_plan[index], (Errno)errno);
        }
    }

    /// <summary>Lets a process that waits for its hooks go into its root.</summary>
    public void LeaveHost() => Go();

    /// <summary>Lets the process go on to its exec (or to its gate), and returns once the program runs (or waits there).</summary>
    /// <exception cref="BrigException">A step failed; the process has ended and must be waited for.</exception>
    public void Continue()
    {
        Go();
        if (Notifies && SeccompListener.Await(Pid, PidFd) is { } listener)
        {
            using (listener)
            {
                (OnListener ?? throw new BrigException(ErrorKind.Internal, "nobody takes the seccomp listener"))(listener);
            }

            Go();
        }

        (int Index, int Errno)? failure = Report();
        if (failure is { } at)
        {
            BrigException error = LaunchFailure.Explain(_plan[at.Index], (Errno)at.Errno);
            _plan.Dispose();
            throw error;
        }

        _plan.Dispose();
    }

    /// <summary>The steps behind the gate, as whoever opens it needs them to explain a failure: operation and subject by index.</summary>
    public IReadOnlyList<(string Operation, string? Subject)> Steps => _plan.Names;

    public void Dispose()
    {
        _plan.Dispose();
        _go.Dispose();
        _report.Dispose();
        _streams.Close();
        PidFd.Dispose();
    }

    private void Go()
    {
        try
        {
            Files.WriteAll(_go, [1]);
        }
        catch (LinuxException error) when (error.Errno == Errno.EPIPE)
        {
            // It failed before it came here: the report says how.
        }
    }

    private (int Index, int Errno)? Report()
    {
        Span<int> report = stackalloc int[2];
        return Files.Read(_report, MemoryMarshal.AsBytes(report)) == 0 ? null : (report[0], report[1]);
    }
}
