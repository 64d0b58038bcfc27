using Microsoft.Win32.SafeHandles;

namespace Brig.Linux.Tests;

public sealed class UnixSocketsTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    public void A_socket_of_any_path_length_takes_connections_and_events_tell_of_them(int length)
    {
        string folder = Directory.CreateTempSubdirectory("brig-socket-").FullName;
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, new string('d', length))).FullName, "socket");
        using EventLoop loop = new();
        using (SafeFileHandle listener = UnixSockets.Listen(path))
        {
            Files.SetNonBlocking(listener);
            SafeFileHandle? accepted = null;
            loop.Watch(listener, EventMask.EPOLLIN, _ => accepted = UnixSockets.TryAccept(listener));
            using SafeFileHandle client = UnixSockets.TryConnect(path)!;
            loop.RunOnce(TimeSpan.FromSeconds(5));
            Assert.NotNull(accepted);
            Files.WriteAll(client, "hello"u8);
            Span<byte> got = stackalloc byte[16];
            Assert.Equal("hello"u8, got[..Files.Read(accepted, got)]);
            accepted.Dispose();
            loop.Forget(listener);
        }

        Assert.Null(UnixSockets.TryConnect(path));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_plain_file_cannot_be_watched()
    {
        using EventLoop loop = new();
        using SafeFileHandle file = Files.Open("/etc/passwd", OpenFlags.O_RDONLY);
        (SafeFileHandle read, SafeFileHandle write) = Pipes.Create();
        using (read)
        using (write)
        {
            Assert.False(loop.CanWatch(file));
            Assert.True(loop.CanWatch(read));
        }
    }

    [Fact]
    public void Deadlines_come_in_their_time_and_once()
    {
        using EventLoop loop = new();
        int calls = 0;
        loop.After(TimeSpan.FromMilliseconds(20), () => calls++);
        loop.RunOnce();
        loop.RunOnce(TimeSpan.FromMilliseconds(40));
        Assert.Equal(1, calls);
    }
}
