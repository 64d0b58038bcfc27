using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Brig.Networks.Tests;

/// <summary>Asks a <see cref="Server"/>.</summary>
internal static class Client
{
    /// <summary>The answer, or null where there is none within the time.</summary>
    internal static string? Ask(Namespace place, string address, int port, ProtocolType protocol = ProtocolType.Tcp, int milliseconds = 30_000)
    {
        using Socket socket = place.Run(() => new Socket(IPAddress.Parse(address).AddressFamily, protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, protocol));
        try
        {
            IAsyncResult connecting = socket.BeginConnect(IPAddress.Parse(address), port, null, null);
            if (!connecting.AsyncWaitHandle.WaitOne(milliseconds))
            {
                return null;
            }

            socket.EndConnect(connecting);
            socket.ReceiveTimeout = milliseconds;
            if (protocol == ProtocolType.Udp)
            {
                socket.Send("hello"u8);
            }

            byte[] buffer = new byte[200];
            int got = socket.Receive(buffer);
            return got == 0 ? null : Encoding.ASCII.GetString(buffer, 0, got);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
