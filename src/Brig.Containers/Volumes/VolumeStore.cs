using System.Buffers;
using System.Security.Cryptography;
using Brig.Linux;
using Brig.State;

namespace Brig.Containers.Volumes;

/// <summary>Named and anonymous volumes: directories that outlive containers, <c>volumes/NAME/_data</c>.</summary>
public sealed class VolumeStore(StateRoot root, Database database, TimeProvider time)
{
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    public string PathOf(string name) => Path.Combine(root.Volumes, name, "_data");

    /// <summary>Makes sure that a volume is there; null makes an anonymous one. Returns its name and whether it is new.</summary>
    internal (string Name, bool IsNew) Ensure(string? wanted)
    {
        string name = wanted ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        if (name.Length < 2 || name.AsSpan().ContainsAnyExcept(s_nameCharacters) || !char.IsAsciiLetterOrDigit(name[0]) || name.Length > 255)
        {
            throw BrigException.Invalid($"\"{Oci.Text.Quote(name)}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
        }

        int added = database.Execute(
            "INSERT OR IGNORE INTO volumes (name, created, anonymous) VALUES ($name, $created, $anonymous)",
            ("$name", name), ("$created", time.GetUtcNow().ToUnixTimeMilliseconds()), ("$anonymous", wanted is null ? 1 : 0));
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

        List<string> gone = database.Transaction(() =>
        {
            database.Execute("DELETE FROM volume_uses WHERE container = $container", ("$container", container.Value));
            return removal == AnonymousVolumes.Keep ? [] : used.Where(volume => database.Execute(
                "DELETE FROM volumes WHERE name = $name AND anonymous = 1 AND NOT EXISTS (SELECT 1 FROM volume_uses WHERE volume = $name)", ("$name", volume)) == 1).ToList();
        });
        foreach (string volume in gone)
        {
            Trees.Remove(null, Path.Combine(root.Volumes, volume));
        }
    }
}
