using System.Text.Json;
using Brig.State;

namespace Brig.Networks;

/// <summary>The rows of networks.</summary>
internal sealed class NetworkTable(Database database)
{
    private const string Columns = "SELECT id, name, created, definition, bridge, mtu, ready FROM networks";

    internal NetworkRow? ByName(string name) => database.Query($"{Columns} WHERE name = $name", Read, ("$name", name)) is [var row] ? row : null;

    internal NetworkRow? ById(string id) => database.Query($"{Columns} WHERE id = $id", Read, ("$id", id)) is [var row] ? row : null;

    internal List<NetworkRow> All() => database.Query($"{Columns} ORDER BY name", Read);

    internal List<NetworkRow> ByIdBeginning(string text) => database.Query($"{Columns} WHERE id >= $text AND id < $text || 'g'", Read, ("$text", text));

    internal void Insert(Network network) => database.Execute(
        "INSERT INTO networks (id, name, created, definition, bridge, mtu, ready) VALUES ($id, $name, $created, $definition, $bridge, 0, 0)",
        ("$id", network.Id), ("$name", network.Name), ("$created", network.Created.ToUnixTimeMilliseconds()), ("$definition", Text(network)), ("$bridge", network.Bridge));

    /// <summary>Writes down another definition, and that its bridge is about to be made.</summary>
    internal void Update(Network network, uint mtu) => database.Execute(
        "UPDATE networks SET definition = $definition, mtu = $mtu, ready = 0 WHERE id = $id", ("$definition", Text(network)), ("$mtu", (long)mtu), ("$id", network.Id));

    /// <summary>Changes the options of a network alone.</summary>
    internal void Define(Network network) => database.Execute("UPDATE networks SET definition = $definition WHERE id = $id", ("$definition", Text(network)), ("$id", network.Id));

    internal void MarkReady(string id) => database.Execute("UPDATE networks SET ready = 1 WHERE id = $id", ("$id", id));

    /// <summary>Marks the bridge as about to go; false while someone is in the network or where it is gone already.</summary>
    internal bool TryRetire(string id) => database.Execute(
        "UPDATE networks SET ready = 0 WHERE id = $id AND ready = 1 AND NOT EXISTS (SELECT 1 FROM endpoints WHERE network = $id)", ("$id", id)) > 0;

    /// <summary>Removes the row; false while someone is in the network.</summary>
    internal bool TryDelete(string id) => database.Execute(
        "DELETE FROM networks WHERE id = $id AND NOT EXISTS (SELECT 1 FROM endpoints WHERE network = $id)", ("$id", id)) > 0;

    /// <summary>Networks that have a bridge and nobody in them.</summary>
    internal List<NetworkRow> Idle() => database.Query($"{Columns} WHERE ready = 1 AND NOT EXISTS (SELECT 1 FROM endpoints WHERE network = networks.id)", Read);

    private static byte[] Text(Network network) => JsonSerializer.SerializeToUtf8Bytes(network, NetworkJson.Default.Network);

    private static NetworkRow Read(Row row) => new(
        JsonSerializer.Deserialize(row.GetBytes(3), NetworkJson.Default.Network)! with
        {
            Id = row.GetString(0),
            Name = row.GetString(1),
            Created = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)),
            Bridge = row.GetString(4),
        },
        (uint)row.GetInt64(5), row.GetInt64(6) != 0);
}
