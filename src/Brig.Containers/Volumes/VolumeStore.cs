using System.Buffers;
using System.Text.Json;
using Brig.Images.Layers;
using Brig.Linux;
using Brig.State;

namespace Brig.Containers.Volumes;

/// <summary>Named and anonymous volumes: directories that outlive containers, <c>volumes/NAME/_data</c>.</summary>
public sealed class VolumeStore(StateRoot root, Database database, TimeProvider time)
{
    private const string Anonymous = "com.docker.volume.anonymous";
    private const string Columns = "SELECT name, created, anonymous, labels FROM volumes";
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    public string PathOf(string name) => Path.Combine(root.Volumes, name, "_data");

    /// <summary>All volumes by name.</summary>
    public IReadOnlyList<Volume> List() => database.Query(Columns + " ORDER BY name", Read);

    public Volume? Find(string name) => database.Query(Columns + " WHERE name = $name", Read, ("$name", name)) is [var volume] ? volume : null;

    /// <summary>The IDs of the containers that have it, running or not.</summary>
    public IReadOnlyList<string> UsersOf(string name) =>
        database.Query("SELECT container FROM volume_uses WHERE volume = $name ORDER BY container", row => row.GetString(0), ("$name", name));

    /// <summary>Makes a volume; one of that name that is there already is left as it is. Null makes an anonymous one. Returns the name.</summary>
    public string Create(string? name, IReadOnlyDictionary<string, string> labels) => Ensure(name, labels).Name;

    /// <summary>Removes a volume with its content; throws NotFound, or Conflict while a container has it.</summary>
    public void Remove(string name)
    {
        using Staging? content = database.Transaction(() =>
        {
            if (Find(name) is null)
            {
                throw BrigException.NotFound($"get {Oci.Text.Quote(name)}: no such volume");
            }

            return UsersOf(name) is { Count: > 0 } users ? throw BrigException.Conflict($"remove {name}: volume is in use - [{string.Join(", ", users)}]") : Forget(name);
        });
    }

    /// <summary>Makes sure that a volume is there; null makes an anonymous one. Returns its name and whether it is new.</summary>
    internal (string Name, bool IsNew) Ensure(string? wanted, IReadOnlyDictionary<string, string>? labels = null)
    {
        string name = wanted ?? Entropy.Hex(32);
        if (name.Length < 2 || name.AsSpan().ContainsAnyExcept(s_nameCharacters) || !char.IsAsciiLetterOrDigit(name[0]) || name.Length > 255)
        {
            throw BrigException.Invalid($"\"{Oci.Text.Quote(name)}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
        }

        Dictionary<string, string> all = new(labels ?? new Dictionary<string, string>());
        if (wanted is null)
        {
            all[Anonymous] = "";
        }

        int added = database.Execute(
            "INSERT OR IGNORE INTO volumes (name, created, anonymous, labels) VALUES ($name, $created, $anonymous, $labels)",
            ("$name", name), ("$created", time.GetUtcNow().ToUnixTimeMilliseconds()), ("$anonymous", wanted is null ? 1 : 0),
            ("$labels", JsonSerializer.SerializeToUtf8Bytes(all, ContainerJson.Default.DictionaryStringString)));
        Files.MakeDirectories(PathOf(name), 0x1ED);
        return (name, added == 1);
    }

    internal void Use(ContainerId container, string volume) =>
        database.Execute("INSERT OR IGNORE INTO volume_uses (container, volume) VALUES ($container, $volume)", ("$container", container.Value), ("$volume", volume));

    /// <summary>Ends a container's uses; with <paramref name="removal"/> its anonymous volumes go, unless another has them.</summary>
    internal void Release(ContainerId container, AnonymousVolumes removal)
    {
        List<string> used = database.Query("SELECT volume FROM volume_uses WHERE container = $container", row => row.GetString(0), ("$container", container.Value));
        if (used.Count == 0)
        {
            return;
        }

        List<Staging?> contents = database.Transaction(() =>
        {
            database.Execute("DELETE FROM volume_uses WHERE container = $container", ("$container", container.Value));
            return removal == AnonymousVolumes.Keep ? [] : used.Where(volume => Find(volume) is { IsAnonymous: true } && UsersOf(volume).Count == 0).Select(Forget).ToList();
        });
        contents.ForEach(content => content?.Dispose());
    }

    /// <summary>
    /// Inside the transaction that forgets it the directory leaves its place: whoever makes a volume of that name afterwards makes a new one.
    /// The content goes when what is returned is disposed, which takes as long as it has files.
    /// </summary>
    private Staging? Forget(string name)
    {
        database.Execute("DELETE FROM volumes WHERE name = $name", ("$name", name));
        return Staging.Take(root, root.Volumes, name);
    }

    private static Volume Read(Row row) => new(row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetInt64(2) == 1,
        JsonSerializer.Deserialize(row.GetBytes(3), ContainerJson.Default.DictionaryStringString)!);
}
