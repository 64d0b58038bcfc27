using Brig.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Verbs;

/// <summary>A further process that runs; disposing lets go of it and ends nothing.</summary>
public sealed class RunningExec : IDisposable
{
    private readonly LaunchedProcess _process;

    internal RunningExec(LaunchedProcess process, SafeFileHandle? terminal) => (_process, Terminal) = (process, terminal);

    public int Pid => _process.Pid;

    public SafeFileHandle PidFd => _process.PidFd;

    /// <summary>The master of its terminal where nobody else took it.</summary>
    public SafeFileHandle? Terminal { get; }

    public void Dispose()
    {
        _process.Dispose();
        Terminal?.Dispose();
    }
}
