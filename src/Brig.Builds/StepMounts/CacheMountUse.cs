using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.StepMounts;

/// <summary>A cache mount while a step has it.</summary>
internal sealed class CacheMountUse(string path, SafeFileHandle held, SafeFileHandle? turn) : IDisposable
{
    internal string Path => path;

    public void Dispose()
    {
        turn?.Dispose();
        held.Dispose();
    }
}
