using System.Text.Json;
using Brig.Linux;
using Brig.Oci;
using Brig.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.State;

/// <summary>The files of one container: its record, and the gate at which it waits to be started.</summary>
public sealed class ContainerFolder(string path)
{
    private const uint OwnerOnly = 0x180;
    private const int Limit = 32 << 20;

    public string Path { get; } = path;

    private string Record => System.IO.Path.Combine(Path, "state.json");

    private string Go => System.IO.Path.Combine(Path, "start.fifo");

    private string Report => System.IO.Path.Combine(Path, "report.fifo");

    /// <summary>Whether the container waits there.</summary>
    public bool HasGate => Files.TryStat(null, Go) is not null;

    /// <summary>Null where there is no such container.</summary>
    public ContainerRecord? Read()
    {
        using SafeFileHandle? file = Files.TryOpenAt(null, Record, OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW, 0, out Errno errno);
        if (file is null)
        {
            return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw new LinuxException("open", Record, errno);
        }

        try
        {
            return RecordJson.Read(Files.ReadAll(file, Limit));
        }
        catch (JsonException error)
        {
            throw new BrigException(ErrorKind.Internal, $"{Record} is damaged (delete --force removes the container)", error);
        }
    }

    public void Write(ContainerRecord record) => Files.Replace(Record, RecordJson.Write(record), OwnerOnly);

    /// <summary>Makes the gate; the container gets both descriptors.</summary>
    public LaunchGate MakeGate()
    {
        Files.MakeNode(null, Report, FileType.Fifo, OwnerOnly, 0, 0);
        Files.MakeNode(null, Go, FileType.Fifo, OwnerOnly, 0, 0);

        // For both ways, or opening would wait for the other end. The writing end of the report is one of its own: its closing tells.
        SafeFileHandle go = Files.Open(Go, OpenFlags.O_RDWR);
        using SafeFileHandle reader = Files.Open(Report, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
        return new LaunchGate(go, Files.Open(Report, OpenFlags.O_WRONLY));
    }

    /// <summary>Opens the gate from the other side: what to write the word on, and what to read the report from. Throws where the container is not there any more.</summary>
    public (SafeFileHandle Go, SafeFileHandle Report) OpenGate()
    {
        SafeFileHandle report = Files.Open(Report, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
        SafeFileHandle? go = Files.TryOpenAt(null, Go, OpenFlags.O_WRONLY | OpenFlags.O_NONBLOCK, 0, out Errno errno);
        if (go is null)
        {
            report.Dispose();
            throw new LinuxException("open", Go, errno);
        }

        return (go, report);
    }

    public void RemoveGate()
    {
        Files.Unlink(null, Go);
        Files.Unlink(null, Report);
    }

    public void Remove() => Trees.Remove(null, Path);
}
