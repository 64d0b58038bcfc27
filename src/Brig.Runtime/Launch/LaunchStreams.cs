using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>
/// The child's ends: three streams (one descriptor thrice for a terminal), the pipe on which it is told to go on with the parent's end of
/// that, and the pipe on which it reports.
/// </summary>
internal sealed record LaunchStreams(SafeFileHandle Input, SafeFileHandle Output, SafeFileHandle Error, SafeFileHandle Go, SafeFileHandle GoWrite, SafeFileHandle Report, int? TerminalNumber);
