using System.Net;
using Brig.State;

namespace Brig.Networks.Names;

/// <summary>
/// What a container's networks know of names: the containers that are in them now. Read from the database, which is the one truth,
/// and remembered until somebody changes it.
/// </summary>
internal sealed class NameDirectory(Database database, IReadOnlyList<Endpoint> endpoints)
{
    private const int ShortIdLength = 12, MostRemembered = 4096;
    private static readonly string[] s_hostNames = ["host.docker.internal", "gateway.docker.internal", "host.containers.internal"];

    private readonly Endpoint[] _endpoints = [.. endpoints.Where(endpoint => endpoint.Network.HasNames)];
    private readonly Dictionary<string, IReadOnlyList<IPAddress>?> _remembered = [];
    private long _version = -1;

    /// <summary>Whether a way leads out of one of the container's networks, so that other servers may be asked.</summary>
    internal bool MayAskOthers { get; } = endpoints.Any(endpoint => !endpoint.Network.Internal);

    /// <summary>The addresses of a name, in lower case; null where nobody has it.</summary>
    internal IReadOnlyList<IPAddress>? Find(string name)
    {
        // Changes of others' connections are counted there; what this process changes makes a new directory.
        long version = database.Query("PRAGMA data_version", row => row.GetInt64(0))[0];
        if (version != _version || _remembered.Count > MostRemembered)
        {
            _remembered.Clear();
            _version = version;
        }

        if (!_remembered.TryGetValue(name, out IReadOnlyList<IPAddress>? addresses))
        {
            _remembered[name] = addresses = Search(name);
        }

        return addresses;
    }

    /// <summary>The name that an address belongs to, as <c>name.network</c>; null where nobody here has it.</summary>
    internal string? FindName(IPAddress address)
    {
        string column = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? "address" : "address6";
        foreach (Endpoint endpoint in _endpoints)
        {
            if (database.Query($"SELECT c.name FROM endpoints e JOIN containers c ON c.id = e.owner WHERE e.network = $network AND e.{column} = $address",
                row => row.GetString(0), ("$network", endpoint.Network.Id), ("$address", address.ToString())) is [var name, ..])
            {
                return $"{name}.{endpoint.Network.Name}";
            }
        }

        return null;
    }

    /// <summary>Whether an address lies in one of the container's networks.</summary>
    internal bool IsOurs(IPAddress address) => _endpoints.Any(endpoint => endpoint.Network.Pools.Any(pool => pool.Network.Contains(address)));

    private IReadOnlyList<IPAddress>? Search(string name)
    {
        HashSet<IPAddress> found = [];
        foreach (Endpoint endpoint in _endpoints)
        {
            string suffix = "." + endpoint.Network.Name.ToLowerInvariant();
            string plain = name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
            string target = endpoint.Request.Links.Select(link => link.Split(':', 2)).FirstOrDefault(link => string.Equals(link[^1], plain, StringComparison.OrdinalIgnoreCase))?[0] ?? plain;
            found.UnionWith(In(endpoint.Network.Id, target));
        }

        if (found.Count == 0 && s_hostNames.Contains(name))
        {
            found.UnionWith(_endpoints.Take(1).SelectMany(endpoint => endpoint.Network.Pools).Select(pool => pool.GatewayAddress));
        }

        return found.Count > 0 ? [.. found] : null;
    }

    private List<IPAddress> In(string network, string name)
    {
        const string Addresses = "SELECT e.address, e.address6 FROM endpoints e";
        List<(string?, string?)> rows = database.Query($"{Addresses} JOIN containers c ON c.id = e.owner WHERE c.name = $name COLLATE NOCASE AND e.network = $network", Read, ("$name", name), ("$network", network));
        rows.AddRange(database.Query($"{Addresses} JOIN endpoint_names n ON n.owner = e.owner AND n.network = e.network WHERE n.network = $network AND n.name = $name", Read, ("$name", name), ("$network", network)));
        if (name.Length == ShortIdLength && !name.Any(digit => !char.IsAsciiHexDigit(digit)))
        {
            rows.AddRange(database.Query($"{Addresses} WHERE e.owner >= $name AND e.owner < $name || 'g' AND e.network = $network", Read, ("$name", name), ("$network", network)));
        }

        return [.. rows.SelectMany(row => (string?[])[row.Item1, row.Item2]).OfType<string>().Select(IPAddress.Parse)];
    }

    private static (string?, string?) Read(Row row) => (row.IsNull(0) ? null : row.GetString(0), row.IsNull(1) ? null : row.GetString(1));
}
