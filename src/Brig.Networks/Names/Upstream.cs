using System.Diagnostics;
using System.Net;
using Brig.Linux;
using Brig.Linux.Netlink;

namespace Brig.Networks.Names;

/// <summary>Asks other servers, one after another, each by a socket of its own with a port that the kernel chose, so that an answer is hard to forge.</summary>
internal sealed class Upstream(EventLoop loop, IReadOnlyList<IPAddress> named, int pid) : IDisposable
{
    private const string HostFile = "/etc/resolv.conf";
    private const int MostPending = 1024;
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(5), s_sweep = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<ForwardedQuery> _pending = [];
    private IReadOnlyList<IPAddress> _servers = [];
    private long _read;
    private bool _sweeps;
    private bool _ended;

    /// <summary>Begins to ask; false where there is nobody to ask, or too much is asked already.</summary>
    internal bool TryAsk(DnsQuery query, bool isStream, Action<byte[]> send)
    {
        IReadOnlyList<IPAddress> servers = named.Count > 0 ? named : HostServers();
        if (servers.Count == 0 || _pending.Count >= MostPending)
        {
            return false;
        }

        ForwardedQuery forwarded = new(loop, query, servers, isStream, send, Place, done => _pending.Remove(done));
        _pending.Add(forwarded);
        forwarded.AskNext();
        Sweep();
        return true;
    }

    public void Dispose()
    {
        _ended = true;
        foreach (ForwardedQuery query in _pending.ToArray())
        {
            query.Dispose();
        }
    }

    /// <summary>Makes a socket where its server is to be asked from.</summary>
    private void Place(Action open)
    {
        if (named.Count == 0)
        {
            open();
            return;
        }

        using NetworkNamespace home = NetworkNamespace.OfThread();
        using NetworkNamespace target = NetworkNamespace.OfProcess(pid);
        target.Within(home, open);
    }

    private IReadOnlyList<IPAddress> HostServers()
    {
        if (_read == 0 || Stopwatch.GetElapsedTime(_read) > s_fresh)
        {
            _servers = ResolvConf.Addresses(Files.TryReadText(HostFile) ?? "");
            _read = Stopwatch.GetTimestamp();
        }

        return _servers;
    }

    /// <summary>One look at all that waits, a few times a second while anything does: a deadline for each would be looked through at every event.</summary>
    private void Sweep()
    {
        if (_sweeps)
        {
            return;
        }

        _sweeps = true;
        loop.After(s_sweep, () =>
        {
            _sweeps = false;
            foreach (ForwardedQuery query in _pending.Where(query => query.IsLate).ToArray())
            {
                query.AskNext();
            }

            if (_pending.Count > 0 && !_ended)
            {
                Sweep();
            }
        });
    }
}
