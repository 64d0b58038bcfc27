using System.Net;
using Brig.Linux;
using Brig.Linux.Netlink;
using Brig.Linux.Nftables;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Networks.Names;

/// <summary>
/// Answers a container's queries at 127.0.0.11, in the event loop of its monitor. The sockets lie in the container's namespace at a port
/// that the kernel chose, and a rule there leads port 53 of that address to them, so that the container may have a server of its own.
/// </summary>
public sealed class NameServer : IDisposable
{
    private static readonly IPAddress s_address = IPAddress.Parse("127.0.0.11");
    private const string Table = "brig";
    private const int Port = 53, MostRound = 64;

    private readonly EventLoop _loop;
    private readonly Database _database;
    private readonly SafeFileHandle _datagrams;
    private readonly SafeFileHandle _connections;
    private readonly List<NameClient> _clients = [];
    private readonly Upstream _upstream;
    private readonly byte[] _buffer = new byte[DnsQuery.LargestDatagram];
    private NameDirectory _directory;

    private NameServer(EventLoop loop, Database database, SafeFileHandle datagrams, SafeFileHandle connections, Upstream upstream, NameDirectory directory)
    {
        (_loop, _database, _datagrams, _connections, _upstream, _directory) = (loop, database, datagrams, connections, upstream, directory);
        loop.Watch(datagrams, EventMask.EPOLLIN, _ => OnDatagrams());
        loop.Watch(connections, EventMask.EPOLLIN, _ => OnConnections());
    }

    /// <summary>Begins to answer.</summary>
    /// <param name="pid">A process in the container's network namespace.</param>
    /// <param name="servers">Those that the user named, asked from the container's network; none asks the host's, from the host's.</param>
    public static NameServer Start(EventLoop loop, Database database, int pid, IReadOnlyList<Endpoint> endpoints, IReadOnlyList<IPAddress> servers)
    {
        using NetworkNamespace home = NetworkNamespace.OfThread();
        using NetworkNamespace target = NetworkNamespace.OfProcess(pid);
        SafeFileHandle? datagrams = null, connections = null;
        try
        {
            target.Within(home, () =>
            {
                datagrams = InternetSockets.BindDatagram(new IPEndPoint(s_address, 0));
                connections = InternetSockets.Listen(new IPEndPoint(s_address, 0));
                using NetlinkSocket netfilter = NetlinkSocket.Open(NetlinkProtocol.NETLINK_NETFILTER);
                Lead(netfilter, InternetSockets.LocalOf(datagrams).Port, InternetSockets.LocalOf(connections).Port);
            });
            return new NameServer(loop, database, datagrams!, connections!, new Upstream(loop, servers, pid), new NameDirectory(database, endpoints));
        }
        catch
        {
            datagrams?.Dispose();
            connections?.Dispose();
            throw;
        }
    }

    /// <summary>The container is in other networks now.</summary>
    public void Move(IReadOnlyList<Endpoint> endpoints) => _directory = new NameDirectory(_database, endpoints);

    public void Dispose()
    {
        _upstream.Dispose();
        foreach (NameClient client in _clients.ToArray())
        {
            client.Dispose();
        }

        _loop.Forget(_datagrams);
        _datagrams.Dispose();
        _loop.Forget(_connections);
        _connections.Dispose();
    }

    private static void Lead(NetlinkSocket netfilter, int datagrams, int connections)
    {
        const int PriorityDestination = -100;
        NftablesBatch batch = new();
        batch.AddTable(Table);
        batch.AddChain(Table, "names", "nat", NetfilterHook.NF_INET_LOCAL_OUT, PriorityDestination);
        foreach ((TransportProtocol protocol, int port) in (ReadOnlySpan<(TransportProtocol, int)>)[(TransportProtocol.Udp, datagrams), (TransportProtocol.Tcp, connections)])
        {
            batch.AddRule(Table, "names", rule => rule.Destination(0x7F00000B, 32).DestinationPort(protocol, Port)
                .Immediate(RuleWriter.FirstRegister, s_address.GetAddressBytes())
                .Immediate(RuleWriter.FirstRegister + 1, [(byte)(port >> 8), (byte)port])
                .TranslateDestination(NetfilterHeader.NFPROTO_IPV4));
        }

        batch.Commit(netfilter, "nftables");
    }

    private void OnDatagrams()
    {
        // Not for ever: the container's streams wait meanwhile.
        for (int round = 0; round < MostRound; round++)
        {
            int got = InternetSockets.Receive(_datagrams, _buffer, out IPEndPoint? sender);
            if (got < 0 || sender is null)
            {
                return;
            }

            Answer(_buffer.AsSpan(0, got), isStream: false, reply => InternetSockets.TrySend(_datagrams, reply, sender));
        }
    }

    private void OnConnections()
    {
        const int MostClients = 64;
        while (InternetSockets.TryAccept(_connections) is { } socket)
        {
            if (_clients.Count >= MostClients)
            {
                socket.Dispose();
                continue;
            }

            NameClient? client = null;
            client = new NameClient(_loop, socket, (bytes, send) => Answer(bytes, isStream: true, send), () => _clients.Remove(client!));
            _clients.Add(client);
        }
    }

    private void Answer(ReadOnlySpan<byte> bytes, bool isStream, Action<byte[]> send)
    {
        DnsQuery? query = DnsQuery.Parse(bytes, out DnsCode error);
        if (query is null)
        {
            return;
        }

        if (error != DnsCode.NoError)
        {
            send(DnsReply.Empty(query, error));
            return;
        }

        try
        {
            if (query.IsInternet && Own(query, isStream ? DnsQuery.LongestMessage : query.DatagramSize) is { } reply)
            {
                send(reply);
            }
            else if (!_directory.MayAskOthers || !_upstream.TryAsk(query, isStream, send))
            {
                send(DnsReply.Empty(query, DnsCode.ServerFailure));
            }
        }
        catch (Exception failure) when (failure is BrigException or LinuxException)
        {
            // A full disk or no descriptors left: the container runs on.
            send(DnsReply.Empty(query, DnsCode.ServerFailure));
        }
    }

    /// <summary>What the container's networks know; null where others are to be asked.</summary>
    private byte[]? Own(DnsQuery query, int most)
    {
        if (query.Type == DnsType.PTR)
        {
            return ReverseName.TryParse(query.Name) is not { } address ? null
                : _directory.FindName(address) is { } name ? DnsReply.Pointer(query, name)
                : _directory.IsOurs(address) ? DnsReply.Empty(query, DnsCode.NameError)
                : null;
        }

        if (_directory.Find(query.Name) is not { } addresses)
        {
            return null;
        }

        // Whoever takes the first one takes another each time.
        IPAddress[] shuffled = [.. addresses];
        Random.Shared.Shuffle(shuffled);
        return DnsReply.Addresses(query, shuffled, most);
    }
}
