using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Brig.Runtime.Conformance.Support;

/// <summary>A Unix socket that listens for one message with descriptors, as a console socket or a seccomp agent does.</summary>
public sealed partial class DescriptorSocket : IDisposable
{
    private const int SOL_SOCKET = 1, SCM_RIGHTS = 1, MSG_CMSG_CLOEXEC = 0x40000000;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public DescriptorSocket(string path)
    {
        Path = path;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(1);
    }

    public string Path { get; }

    /// <summary>Waits for a caller and reads until it closes or has sent its descriptors and a first piece of text.</summary>
    public unsafe ReceivedMessage Receive()
    {
        Assert.True(_listener.Poll(TimeSpan.FromSeconds(40), SelectMode.SelectRead), "nobody connected to " + Path);
        using Socket peer = _listener.Accept();
        Assert.True(peer.Poll(TimeSpan.FromSeconds(40), SelectMode.SelectRead), "nothing was sent to " + Path);
        byte[] text = new byte[64 << 10];
        byte* control = stackalloc byte[256];
        List<int> descriptors = [];
        nint got;
        fixed (byte* start = text)
        {
            IoVector vector = new() { Start = start, Length = (nuint)text.Length };
            MessageHeader header = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 256 };
            got = ReceiveMessage((int)peer.Handle, &header, MSG_CMSG_CLOEXEC);
            Assert.True(got >= 0, "recvmsg failed");
            if (header.ControlLength >= 16 && *(int*)(control + 8) == SOL_SOCKET && *(int*)(control + 12) == SCM_RIGHTS)
            {
                for (nuint at = 16; at + 4 <= *(nuint*)control; at += 4)
                {
                    descriptors.Add(*(int*)(control + at));
                }
            }
        }

        // The rest of the text may come in further messages, up to the end of the connection.
        int length = (int)got;
        peer.ReceiveTimeout = 2000;
        try
        {
            for (int more; (more = peer.Receive(text.AsSpan(length))) > 0; length += more)
            {
            }
        }
        catch (SocketException)
        {
            // A console socket is kept open by some.
        }

        return new(text[..length], descriptors);
    }

    public void Dispose() => _listener.Dispose();

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static unsafe partial nint ReceiveMessage(int socket, MessageHeader* header, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct IoVector
    {
        public byte* Start;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
