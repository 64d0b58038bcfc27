using System.Net.Sockets;
using Brig.Linux;

namespace Brig.Builds.StepMounts;

/// <summary>A socket with the mode and owner that a step asked for, behind which the user's ssh agent answers.</summary>
internal sealed class SshProxy : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _agent;

    internal SshProxy(string agent, string path, uint mode, uint uid, uint gid)
    {
        (_agent, Path) = (agent, path);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        Files.ChangeOwner(null, path, uid, gid);
        using (Microsoft.Win32.SafeHandles.SafeFileHandle socket = Files.Open(path, OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW))
        {
            Inodes.ChangeMode(socket, mode);
        }

        _listener.Listen(16);
        _ = AcceptAsync();
    }

    internal string Path { get; }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        Files.Unlink(null, Path);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        CancellationToken token = _stop.Token;
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync(token), token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The step is over.
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken token)
    {
        using (client)
        {
            try
            {
                using Socket agent = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await agent.ConnectAsync(new UnixDomainSocketEndPoint(_agent), token);
                await using NetworkStream one = new(client, ownsSocket: false);
                await using NetworkStream other = new(agent, ownsSocket: false);
                await Task.WhenAny(one.CopyToAsync(other, token), other.CopyToAsync(one, token));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or IOException)
            {
                // The command sees its connection end.
            }
        }
    }
}
