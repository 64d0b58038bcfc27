using System.Runtime.InteropServices;
using Brig.Linux;
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

    internal LaunchedProcess(int pid, SafeFileHandle pidFd, NativePlan plan, SafeFileHandle go, SafeFileHandle report, ProcessStreams streams)
    {
        (Pid, PidFd, _plan, _go, _report) = (pid, pidFd, plan, go, report);
        (Input, Output, Error, Terminals) = (streams.Input, streams.Output, streams.Error, streams.Terminals);
        IsTerminal = streams.IsTerminal;
    }

    /// <summary>As the caller's pid namespace numbers it.</summary>
    public int Pid { get; }

    public SafeFileHandle PidFd { get; }

    /// <summary>True where <see cref="Input"/> and <see cref="Output"/> are a terminal's master and there is no <see cref="Error"/>.</summary>
    public bool IsTerminal { get; }

    /// <summary>Write here what the process reads.</summary>
    public SafeFileHandle Input { get; }

    /// <summary>Read here what the process writes.</summary>
    public SafeFileHandle Output { get; }

    public SafeFileHandle? Error { get; }

    /// <summary>The container's devpts, for the terminals of further processes; null for those.</summary>
    public SafeFileHandle? Terminals { get; }

    /// <summary>Lets the process go on to its exec, and returns once the program runs.</summary>
    /// <exception cref="BrigException">A step failed; the process has ended and must be waited for.</exception>
    public void Continue()
    {
        try
        {
            Files.WriteAll(_go, [1]);
        }
        catch (LinuxException error) when (error.Errno == Errno.EPIPE)
        {
            // It failed before it came here: the report says how.
        }

        Span<int> failure = stackalloc int[2];
        int got = Files.Read(_report, MemoryMarshal.AsBytes(failure));
        _plan.Dispose();
        if (got != 0)
        {
            throw LaunchFailure.Explain(_plan[failure[0]], (Errno)failure[1]);
        }
    }

    public void Dispose()
    {
        _plan.Dispose();
        _go.Dispose();
        _report.Dispose();
        Input.Dispose();
        Output.Dispose();
        Error?.Dispose();
        Terminals?.Dispose();
        PidFd.Dispose();
    }
}
