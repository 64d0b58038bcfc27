using System.Text;
using System.Text.Json;
using Brig.Containers.Specifications;
using Brig.Linux;
using Brig.Networks;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Monitor;

/// <summary>A client's end of a connection to a container's monitor. Reads and writes block; for one thread, or one reading and one writing.</summary>
public sealed class MonitorConnection(SafeFileHandle socket) : IDisposable
{
    private const int PieceSize = 64 << 10;
    private readonly FrameReader _reader = new();

    /// <summary>To be watched for messages.</summary>
    public SafeFileHandle Socket { get; } = socket;

    /// <summary>Connects to the monitor of a running container; null where there is none.</summary>
    public static MonitorConnection? TryOpen(Engine engine, Container container) =>
        UnixSockets.TryConnect(new ContainerFiles(engine.Root, container.Id).Socket) is { } socket ? new MonitorConnection(socket) : null;

    public void Start(AttachOptions options, ushort rows, ushort columns) => Send(Frames.Attach(FrameType.Start, options, rows, columns));

    public void Attach(AttachOptions options, ushort rows, ushort columns) => Send(Frames.Attach(FrameType.Attach, options, rows, columns));

    public void Exec(ExecSpecification exec) => Send(Frames.Make(FrameType.Exec, JsonSerializer.SerializeToUtf8Bytes(exec, ContainerJson.Default.ExecSpecification)));

    public void Wait() => Send(Frames.Make(FrameType.Wait, []));

    public void Resize(ushort rows, ushort columns) => Send(Frames.Resize(rows, columns));

    public void Signal(int signal) => Send(Frames.Number(FrameType.Signal, signal));

    public void ConnectNetwork(EndpointRequest request) => Send(Frames.Make(FrameType.ConnectNetwork, JsonSerializer.SerializeToUtf8Bytes(request, ContainerJson.Default.EndpointRequest)));

    public void DisconnectNetwork(string networkId) => Send(Frames.Make(FrameType.DisconnectNetwork, Encoding.UTF8.GetBytes(networkId)));

    public void Input(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int piece = Math.Min(bytes.Length, PieceSize);
            Send(Frames.Make(FrameType.Input, bytes[..piece]));
            bytes = bytes[piece..];
        }
    }

    public void InputEnd() => Send(Frames.Make(FrameType.InputEnd, []));

    /// <summary>The next message; null when the monitor closed the connection.</summary>
    public Message? Receive()
    {
        while (true)
        {
            if (TryTake() is { } message)
            {
                return message;
            }

            if (!Fill())
            {
                return null;
            }
        }
    }

    /// <summary>Takes what one read of the socket gives; false when the monitor closed the connection.</summary>
    public bool Fill()
    {
        try
        {
            int got = Files.Read(Socket, _reader.Free());
            _reader.Advance(Math.Max(0, got));
            return got != 0;
        }
        catch (LinuxException error) when (error.Errno == Errno.ECONNRESET)
        {
            return false;
        }
    }

    /// <summary>A message that is here already; null where none is whole.</summary>
    public Message? TryTake() => _reader.TryTake(out FrameType type, out ReadOnlySpan<byte> content) ? new Message(type, content.ToArray()) : null;

    /// <summary>Goes on with this connection in an event loop. <see cref="Session.Resume"/> gives what was read already.</summary>
    public Session Watch(EventLoop loop) => new(loop, Socket, _reader);

    public void Dispose() => Socket.Dispose();

    private void Send(byte[] frame)
    {
        try
        {
            Files.WriteAll(Socket, frame);
        }
        catch (LinuxException error) when (error.Errno is Errno.EPIPE or Errno.ECONNRESET)
        {
            // The container has ended: what there is to know comes with the next Receive.
        }
    }
}
