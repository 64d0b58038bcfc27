using System.Buffers;
using System.Text.Json;
using Brig.Containers.Specifications;
using Brig.Linux;
using Brig.State;

namespace Brig.Containers;

/// <summary>The rows of containers.</summary>
internal sealed class ContainerTable(Database database)
{
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdef");

    private const string Columns = "SELECT id, name, created, specification, status, state FROM containers";

    /// <summary>Stores a new container; throws Conflict in Docker's words where the name is taken.</summary>
    internal void Insert(Container container)
    {
        CheckFree(container.Name);
        database.Execute(
            "INSERT INTO containers (id, name, created, specification, status, state) VALUES ($id, $name, $created, $specification, $status, $state)",
            ("$id", container.Id.Value), ("$name", container.Name), ("$created", container.Created.ToUnixTimeMilliseconds()),
            ("$specification", JsonSerializer.SerializeToUtf8Bytes(container.Specification, ContainerJson.Default.ContainerSpecification)),
            ("$status", Name(container.Status)), ("$state", State(container.State)));
    }

    /// <summary>Throws as <see cref="Insert"/> does.</summary>
    internal void Rename(ContainerId id, string name) => database.Transaction(() =>
    {
        CheckFree(name);
        database.Execute("UPDATE containers SET name = $name WHERE id = $id", ("$name", name), ("$id", id.Value));
    });

    internal void Update(ContainerId id, ContainerStatus status, ContainerState state) =>
        database.Execute("UPDATE containers SET status = $status, state = $state WHERE id = $id", ("$status", Name(status)), ("$state", State(state)), ("$id", id.Value));

    /// <summary>Stores other networks for a container; all else of its specification stays.</summary>
    internal void Respecify(ContainerId id, ContainerSpecification specification) =>
        database.Execute("UPDATE containers SET specification = $specification WHERE id = $id",
            ("$specification", JsonSerializer.SerializeToUtf8Bytes(specification, ContainerJson.Default.ContainerSpecification)), ("$id", id.Value));

    /// <summary>Writes down that this process is the container's monitor from now on; throws where it has one, or is not to have one any more.</summary>
    internal void Claim(ContainerId id, ProcessIdentity monitor) => database.Transaction(() =>
    {
        switch (ById(id))
        {
            case null or { Status: ContainerStatus.Removing }:
                throw BrigException.Conflict("container is marked for removal and cannot be started");
            case { HasMonitor: true } container when container is not { Specification.Step: not null, Status: ContainerStatus.Created }: // a step is its builder's until then
                throw BrigException.Conflict($"container {container.Name} is in use by process {container.State.Monitor!.Value.Pid}");
            case var container:
                Update(id, container.Status, container.State with { Monitor = monitor });
                break;
        }
    });

    /// <summary>Ends a claim of this process's.</summary>
    internal void Unclaim(ContainerId id) => database.Transaction(() =>
    {
        if (ById(id) is { } container && container.State.Monitor == ProcessIdentity.Current)
        {
            Update(id, container.Status, container.State with { Monitor = null });
        }
    });

    /// <summary>Writes down that the container is being removed; false where another process looks after it, or there is none.</summary>
    internal bool Condemn(ContainerId id) => database.Transaction(() =>
    {
        if (ById(id) is not { } container || (container.HasMonitor && container.State.Monitor != ProcessIdentity.Current))
        {
            return false;
        }

        Update(id, ContainerStatus.Removing, container.State with { Monitor = null, Pid = 0 });
        return true;
    });

    internal void Delete(ContainerId id) => database.Execute("DELETE FROM containers WHERE id = $id", ("$id", id.Value));

    internal Container? ById(ContainerId id) => database.Query(Columns + " WHERE id = $id", Read, ("$id", id.Value)) is [var container] ? container : null;

    /// <summary>By ID, by name (with or without a leading slash), by unique beginning of an ID.</summary>
    internal Container? Find(string text)
    {
        string name = text.StartsWith('/') ? text[1..] : text;
        if (database.Query(Columns + " WHERE id = $name OR name = $name ORDER BY id = $name DESC", Read, ("$name", name)) is [var exact, ..])
        {
            return exact;
        }

        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(s_hexDigits))
        {
            return null;
        }

        List<Container> matches = database.Query(Columns + " WHERE id >= $name AND id < $name || 'g'", Read, ("$name", name));
        return matches.Count > 1 ? throw BrigException.Invalid($"multiple IDs found with provided prefix: {text}") : matches.FirstOrDefault();
    }

    /// <summary>All, the newest first.</summary>
    internal List<Container> All() => database.Query(Columns + " ORDER BY created DESC, rowid DESC", Read);

    private void CheckFree(string name)
    {
        if (database.Query("SELECT id FROM containers WHERE name = $name", row => row.GetString(0), ("$name", name)) is [var other])
        {
            throw BrigException.Conflict($"Conflict. The container name \"/{name}\" is already in use by container \"{other}\". You have to remove (or rename) that container to be able to reuse that name.");
        }
    }

    private static byte[] State(ContainerState state) => JsonSerializer.SerializeToUtf8Bytes(state, ContainerJson.Default.ContainerState);

    private static string Name(ContainerStatus status) => status switch
    {
        ContainerStatus.Created => "created",
        ContainerStatus.Running => "running",
        ContainerStatus.Exited => "exited",
        _ => "removing",
    };

    private static Container Read(Row row) => new(
        new ContainerId(row.GetString(0)), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)),
        JsonSerializer.Deserialize(row.GetBytes(3), ContainerJson.Default.ContainerSpecification)!,
        row.GetString(4) switch
        {
            "created" => ContainerStatus.Created,
            "running" => ContainerStatus.Running,
            "exited" => ContainerStatus.Exited,
            _ => ContainerStatus.Removing,
        },
        JsonSerializer.Deserialize(row.GetBytes(5), ContainerJson.Default.ContainerState)!);
}
