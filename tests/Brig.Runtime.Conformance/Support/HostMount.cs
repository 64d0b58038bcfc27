namespace Brig.Runtime.Conformance.Support;

/// <summary>A small tmpfs of the machine in a container's bundle, with one file in it.</summary>
public sealed class HostMount : IDisposable
{
    private readonly string _place;

    public HostMount(TestContainer container, string name, string options = "mode=755")
    {
        _place = Path.Combine(container.Folder, name);
        Directory.CreateDirectory(_place);
        Host.Shell($"mount -t tmpfs -o {options} tmpfs {_place} && echo inner >{_place}/file");
    }

    public void Dispose() => Host.Shell($"umount -l {_place}");
}
