using System.Buffers;
using System.Text;
using Brig.Linux;
using Brig.Oci;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.State;

/// <summary>The directory that holds a runtime's containers, one folder each: nobody but its owner may look into it.</summary>
public sealed class RuntimeRoot(string path)
{
    private const uint Private = 0x1C0;
    private const int LongestId = 1024;
    private static readonly SearchValues<char> s_characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.");

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Makes the folder of a new container; throws Conflict where there is one of that ID.</summary>
    public ContainerFolder Create(string id)
    {
        Check(id);
        Files.MakeDirectories(Path, Private);
        RefuseStrangers();
        try
        {
            Files.MakeNewDirectory(null, System.IO.Path.Combine(Path, id), Private);
        }
        catch (LinuxException error) when (error.Errno == Errno.EEXIST)
        {
            throw BrigException.Conflict($"container with given ID already exists: {id}");
        }

        return new ContainerFolder(System.IO.Path.Combine(Path, id));
    }

    /// <summary>The container of an ID; throws NotFound in runc's words.</summary>
    public RuntimeContainer Open(string id) => TryOpen(id) ?? throw BrigException.NotFound("container does not exist");

    public RuntimeContainer? TryOpen(string id)
    {
        Check(id);
        ContainerFolder folder = new(System.IO.Path.Combine(Path, id));
        return folder.Read() is { } record ? new RuntimeContainer(folder, record) : null;
    }

    /// <summary>All containers, by ID.</summary>
    public IReadOnlyList<RuntimeContainer> All()
    {
        using SafeFileHandle? folder = Files.TryOpenAt(null, Path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
        return folder is null ? [] : [.. Trees.Entries(folder)
            .Select(entry => Encoding.UTF8.GetString(entry.AsSpan(0, entry.Length - 1)))
            .Where(name => name is not ("." or "..") && !name.AsSpan().ContainsAnyExcept(s_characters))
            .Order(StringComparer.Ordinal).Select(TryOpen).OfType<RuntimeContainer>()];
    }

    /// <summary>Removes the folder of a creation that was killed before it wrote a record; nothing there is fine.</summary>
    public int RemoveDebris(string id)
    {
        Check(id);
        new ContainerFolder(System.IO.Path.Combine(Path, id)).Remove();
        return 0;
    }

    private static void Check(string id)
    {
        if (id.Length is 0 or > LongestId || id is "." or ".." || id.AsSpan().ContainsAnyExcept(s_characters))
        {
            throw BrigException.Invalid($"invalid container ID format: \"{Oci.Text.Quote(id)}\"");
        }
    }

    /// <summary>Who else may write here decides what a command run by root does.</summary>
    private void RefuseStrangers()
    {
        FileStatus status = Files.TryStat(null, Path) ?? throw new LinuxException("stat", Path, Errno.ENOENT);
        const uint Sticky = 0x200, OthersWrite = 0x2;
        if (!status.IsDirectory || (status.Permissions & (Sticky | OthersWrite)) == OthersWrite)
        {
            throw new BrigException(ErrorKind.PermissionDenied, $"root {Path}: others may write there (chmod o-w it, or give another with --root)");
        }
    }
}
