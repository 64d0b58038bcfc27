using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Brig.Networks.Tests;

/// <summary>Answers every connection or datagram with its name and the address it came from.</summary>
internal sealed class Server : IDisposable
{
    private readonly Socket _socket;

    internal Server(Namespace place, string name, ProtocolType protocol, int port, string address = "0.0.0.0")
    {
        _socket = place.Run(() =>
        {
            IPAddress local = IPAddress.Parse(address);
            Socket socket = new(local.AddressFamily, protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, protocol);
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = local.Equals(IPAddress.IPv6Any);
            }

            socket.Bind(new IPEndPoint(local, port));
            if (protocol == ProtocolType.Tcp)
            {
                socket.Listen(16);
            }

            return socket;
        });
        Thread thread = new(() => Serve(name, protocol)) { IsBackground = true };
        thread.Start();
    }

    public void Dispose() => _socket.Dispose();

    private void Serve(string name, ProtocolType protocol)
    {
        try
        {
            while (true)
            {
                if (protocol == ProtocolType.Tcp)
                {
                    using Socket connection = _socket.Accept();
                    connection.Send(Answer(name, connection.RemoteEndPoint!));
                }
                else
                {
                    EndPoint sender = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
                    _socket.ReceiveFrom(new byte[100], ref sender);
                    _socket.SendTo(Answer(name, sender), sender);
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static byte[] Answer(string name, EndPoint from) => Encoding.ASCII.GetBytes($"{name} sees {Plain(((IPEndPoint)from).Address)}");

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
