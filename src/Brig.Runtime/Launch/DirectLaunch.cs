using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>A process that this program itself cloned.</summary>
internal sealed class DirectLaunch(LaunchedProcess process) : ILaunch
{
    public int Pid => process.Pid;

    public SafeFileHandle PidFd => process.PidFd;

    public SafeFileHandle? Terminal => process.IsTerminal ? Files.Duplicate(process.Output) : null;

    public IReadOnlyList<(string Operation, string? Subject)> Steps => process.Steps;

    public Action<SafeFileHandle>? OnListener
    {
        get => process.OnListener;
        set => process.OnListener = value;
    }

    public void Place() => process.Place();

    public void AwaitHooks() => process.AwaitHooks();

    public void LeaveHost() => process.LeaveHost();

    public void Continue() => process.Continue();

    public void Dispose() => process.Dispose();
}
