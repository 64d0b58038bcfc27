using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Launch;

/// <summary>A namespace that exists already, open.</summary>
internal sealed record JoinedNamespace(NamespaceFlags Type, string Path, SafeFileHandle Handle) : IDisposable
{
    public void Dispose() => Handle.Dispose();
}
