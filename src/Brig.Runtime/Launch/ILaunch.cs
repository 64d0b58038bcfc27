using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>A container's first process on its way to its exec, launched by this program or by one that it put into a user namespace.</summary>
internal interface ILaunch : IDisposable
{
    int Pid { get; }

    SafeFileHandle PidFd { get; }

    /// <summary>The master of its terminal, the caller's from then on; null where it has none.</summary>
    SafeFileHandle? Terminal { get; }

    IReadOnlyList<(string Operation, string? Subject)> Steps { get; }

    Action<SafeFileHandle>? OnListener { get; set; }

    /// <inheritdoc cref="LaunchedProcess.Place"/>
    void Place();

    /// <inheritdoc cref="LaunchedProcess.AwaitHooks"/>
    void AwaitHooks();

    /// <inheritdoc cref="LaunchedProcess.LeaveHost"/>
    void LeaveHost();

    /// <inheritdoc cref="LaunchedProcess.Continue"/>
    void Continue();
}
