using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>
/// Two FIFOs by which another process lets a created container go on, whoever made it having ended: one byte on the first; what
/// fails after that comes on the second, whose end says that the program runs.
/// </summary>
/// <param name="Go">Open for both ways: a reader that is also a writer never sees the end of it.</param>
/// <param name="Report">Open for writing.</param>
public sealed record LaunchGate(SafeFileHandle Go, SafeFileHandle Report);
