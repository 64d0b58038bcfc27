using System.Net;
using System.Net.Sockets;
using Brig.State;

namespace Brig.Networks;

/// <summary>Picks addresses of a network that nobody has. To be used within the transaction that writes them down.</summary>
internal sealed class AddressChoice(Database database, Network network)
{
    private const int Guesses = 4;

    /// <summary>The address asked for, or the one after the address leased last, so that one just given back rests.</summary>
    /// <param name="wanted">Null for any.</param>
    /// <param name="last">Null where none was leased yet.</param>
    internal IPAddress Take(AddressFamily family, string? wanted, string? last)
    {
        List<AddressPool> pools = [.. network.Pools.Where(pool => pool.Network.Family == family)];
        if (wanted is not null)
        {
            return Wanted(IPAddress.Parse(wanted), pools);
        }

        IPAddress? after = last is null ? null : IPAddress.Parse(last);
        foreach (AddressPool pool in pools)
        {
            if (Free(pool, after) is { } address)
            {
                return address;
            }
        }

        string version = family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
        throw BrigException.Unavailable($"no available {version} addresses on this network's address pools: {network.Name} ({string.Join(", ", pools.Select(pool => pool.Range ?? pool.Subnet))})");
    }

    private IPAddress Wanted(IPAddress address, List<AddressPool> pools)
    {
        AddressPool pool = pools.Find(pool => pool.Network.Contains(address))
            ?? throw BrigException.Invalid($"no configured subnet contains IP address {address} (network {network.Name} has {string.Join(", ", pools.Select(pool => pool.Subnet))})");
        return IsOthers(pool, address) ? throw BrigException.Conflict($"Address already in use: {address} is the gateway's or another's in network {network.Name}")
            : IsLeased(address) ? throw BrigException.Conflict($"Address already in use: {address} in network {network.Name}")
            : address;
    }

    private IPAddress? Free(AddressPool pool, IPAddress? after)
    {
        Subnet range = pool.Range is null ? pool.Network : Subnet.Parse(pool.Range);
        UInt128 size = range.Size, place = after is not null && range.Contains(after) ? range.HostOf(after) : UInt128.MaxValue;
        HashSet<string>? leased = null;
        for (UInt128 tried = 0; tried <= size; tried++)
        {
            place = place >= size ? 0 : place + 1;
            IPAddress address = range.At(place);
            if (IsOthers(pool, address))
            {
                continue;
            }

            // Most often the next one is free: asking for one is cheaper than listing all.
            leased ??= tried >= Guesses ? [.. Leased()] : null;
            if (leased is null ? !IsLeased(address) : !leased.Contains(address.ToString()))
            {
                return address;
            }
        }

        return null;
    }

    /// <summary>The network's own, the broadcast address, the gateway and the auxiliary ones.</summary>
    private static bool IsOthers(AddressPool pool, IPAddress address)
    {
        Subnet subnet = pool.Network;
        UInt128 host = subnet.HostOf(address);
        return (host == 0 && subnet.Size > 1) || (subnet.Broadcast is { } broadcast && address.Equals(broadcast)) || address.Equals(pool.GatewayAddress)
            || pool.Auxiliary.Values.Any(other => address.Equals(IPAddress.Parse(other)));
    }

    private bool IsLeased(IPAddress address)
    {
        string column = address.AddressFamily == AddressFamily.InterNetwork ? "address" : "address6";
        return database.Query($"SELECT 1 FROM endpoints WHERE network = $network AND {column} = $address", row => row.GetInt64(0), ("$network", network.Id), ("$address", address.ToString())).Count > 0;
    }

    private List<string> Leased() => [.. database.Query("SELECT address, address6 FROM endpoints WHERE network = $network",
        row => (row.IsNull(0) ? "" : row.GetString(0), row.IsNull(1) ? "" : row.GetString(1)), ("$network", network.Id)).SelectMany(pair => (string[])[pair.Item1, pair.Item2])];
}
