namespace Brig.Runtime.Launch;

/// <summary>Ways in which launches differ beside their specification.</summary>
[Flags]
public enum LaunchOptions
{
    None = 0,

    /// <summary>The kernel kills the process when the thread that launched it ends.</summary>
    DieWithParent = 1,

    /// <summary>The process gets the launcher's own standard streams instead of pipes (a terminal is one of its own all the same).</summary>
    InheritStreams = 2,

    /// <summary>The root is moved over the old one and entered by chroot(2): for hosts whose root file system cannot be pivoted.</summary>
    NoPivot = 4,

    /// <summary>The process gets a session keyring of its own.</summary>
    NewKeyring = 8,

    /// <summary>The process waits for <see cref="LaunchedProcess.Place"/> before it does anything that depends on its cgroup.</summary>
    AwaitPlacement = 16,

    /// <summary>The process waits for <see cref="LaunchedProcess.LeaveHost"/> with everything mounted but the old root still there.</summary>
    AwaitHooks = 32,

    /// <summary>The loopback interface of a new network namespace is switched on.</summary>
    Loopback = 64,

    /// <summary>The root is a directory that only the launcher inside the user namespace may make a mount of.</summary>
    RootIsPlain = 128,
}
