using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Conformance.Support;

/// <summary>Text and descriptors from a Unix socket; the descriptors are closed at the end unless they were opened.</summary>
public sealed class ReceivedMessage(byte[] bytes, List<int> descriptors) : IDisposable
{
    private readonly List<SafeFileHandle> _handles = [.. descriptors.Select(number => new SafeFileHandle(number, ownsHandle: true))];

    public string Text => Encoding.UTF8.GetString(bytes);

    public int Descriptors => _handles.Count;

    public FileStream Open(int index) => new(_handles[index], FileAccess.ReadWrite, 0);

    /// <summary>What the kernel tells of a descriptor.</summary>
    public string Information(int index) => File.ReadAllText($"/proc/self/fdinfo/{_handles[index].DangerousGetHandle()}");

    public void Dispose()
    {
        foreach (SafeFileHandle handle in _handles)
        {
            handle.Dispose();
        }
    }
}
