using Brig.Runtime.Conformance.Support;

namespace Brig.Runtime.Conformance.Escapes;

/// <summary>A file of the machine, outside of the bundle, that no container may ever see.</summary>
public sealed class HostMark : IDisposable
{
    public HostMark()
    {
        Folder = Directory.CreateDirectory(System.IO.Path.Combine(Host.Folder, Host.NewName("outside"))).FullName;
        Path = System.IO.Path.Combine(Folder, "mark");
        File.WriteAllText(Path, "seen from inside\n");
    }

    public string Folder { get; }

    /// <summary>Absolute, so that it can be appended to any path that leads to the machine's root.</summary>
    public string Path { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
