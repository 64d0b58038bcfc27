using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Brig.Linux;
using Brig.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Builds.StepMounts;

/// <summary>
/// The directories of <c>RUN --mount=type=cache</c>: <c>build/mounts/HASH/data</c> by namespace and id, with a description beside them.
/// Whoever uses one holds a shared lock on its folder, so that nobody removes it meanwhile.
/// </summary>
public sealed class CacheMountStore(StateRoot root, TimeProvider time)
{
    private const string Description = "mount.json";
    private const string Data = "data";
    private const string Turn = "turn";

    private string Folder => Path.Combine(root.Root, "build", "mounts");

    /// <summary>All that are there, the last used first.</summary>
    public IReadOnlyList<CacheMount> List()
    {
        if (!Directory.Exists(Folder))
        {
            return [];
        }

        return [.. Directory.EnumerateDirectories(Folder).Select(TryDescribe).OfType<CacheMount>().OrderByDescending(mount => mount.Used)];
    }

    /// <summary>The mount of an id, or of the beginning of a digest; throws NotFound.</summary>
    public CacheMount Get(string idOrDigest) => List() is var all && all.FirstOrDefault(mount => mount.Id == idOrDigest) is { } exact ? exact
        : all.Where(mount => idOrDigest.Length >= 4 && mount.Digest.StartsWith(idOrDigest, StringComparison.Ordinal)).ToList() is [var one] ? one
        : throw BrigException.NotFound($"no cache mount with the id {Oci.Text.Quote(idOrDigest)} (brig builder cache ls)");

    /// <summary>The directory that holds a mount's files.</summary>
    public string PathOf(CacheMount mount) => Path.Combine(Folder, mount.Digest, Data);

    /// <summary>Makes the mount of an id where it is not there, as an import does.</summary>
    public CacheMount Make(string id)
    {
        using CacheMountUse use = Use("", id, "/" + id.TrimStart('/'), Plan.CacheSharing.Shared, 0x1ED, 0, 0, null);
        return Get(id);
    }

    /// <summary>Removes a mount; false where a build is using it.</summary>
    public bool Remove(CacheMount mount)
    {
        string place = Path.Combine(Folder, mount.Digest);
        using SafeFileHandle? held = Files.TryOpenAt(null, place, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
        if (held is null)
        {
            return true;
        }

        if (!Files.TryLock(held))
        {
            return false;
        }

        string away = Path.Combine(root.Staging, $"removed-{Guid.NewGuid():N}");
        Files.Rename(null, place, null, away);
        Trees.Remove(null, away);
        return true;
    }

    /// <summary>Takes the mount for a step, made where it is new; disposing the use gives it back.</summary>
    internal CacheMountUse Use(string space, string id, string target, Plan.CacheSharing sharing, uint mode, uint uid, uint gid, Action<string>? fill)
    {
        for (int copy = 0; ; copy++)
        {
            string name = copy == 0 ? id : $"{id}#{copy}";
            string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(space + "\0" + name)))[..32];
            string place = Path.Combine(Folder, digest);
            SafeFileHandle held = Hold(place, new CacheMount(name, digest, space, target, time.GetUtcNow(), time.GetUtcNow(), 0), mode, uid, gid, fill);
            SafeFileHandle? turn = null;
            if (sharing != Plan.CacheSharing.Shared)
            {
                turn = Files.Open(Path.Combine(place, Turn), OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0x180);
                if (sharing == Plan.CacheSharing.Private && !Files.TryLock(turn))
                {
                    turn.Dispose();
                    held.Dispose();
                    continue;
                }

                if (sharing == Plan.CacheSharing.Locked)
                {
                    Files.Lock(turn);
                }
            }

            return new CacheMountUse(Path.Combine(place, Data), held, turn);
        }
    }

    private SafeFileHandle Hold(string place, CacheMount mount, uint mode, uint uid, uint gid, Action<string>? fill)
    {
        while (true)
        {
            SafeFileHandle? held = Files.TryOpenAt(null, place, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
            if (held is not null)
            {
                FileLocks.LockShared(held);
                if (Files.TryStat(null, place)?.Inode == Files.Stat(held).Inode)
                {
                    CacheMount? known = TryRead(place);
                    Describe(place, known is null ? mount : known with { Used = time.GetUtcNow() });
                    return held;
                }

                held.Dispose();
                continue;
            }

            Files.MakeDirectories(Folder, 0x1C0);
            string making = Path.Combine(root.Staging, $"mount-{Guid.NewGuid():N}");
            Files.MakeNewDirectory(null, making, 0x1C0);
            using SafeFileHandle maker = Files.Open(making, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
            if (!Files.TryLock(maker) || Files.TryStat(null, making) is null)
            {
                continue;
            }

            string data = Path.Combine(making, Data);
            Files.MakeNewDirectory(null, data);
            using (SafeFileHandle directory = Files.Open(data, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY))
            {
                Files.ChangeOwner(directory, uid, gid);
                Files.ChangeMode(directory, mode);
            }

            fill?.Invoke(data);
            Describe(making, mount);
            if (!Files.TryRenameNew(null, making, null, place))
            {
                Trees.Remove(null, making);
            }
        }
    }

    private static void Describe(string place, CacheMount mount) =>
        Files.Replace(Path.Combine(place, Description), JsonSerializer.SerializeToUtf8Bytes(mount, BuildsJson.Default.CacheMount), 0x180);

    private static CacheMount? TryDescribe(string place) => TryRead(place) is { } mount ? mount with { Size = SizeOf(Path.Combine(place, Data)) } : null;

    private static CacheMount? TryRead(string place)
    {
        try
        {
            return Files.TryReadText(Path.Combine(place, Description)) is { } text ? JsonSerializer.Deserialize(text, BuildsJson.Default.CacheMount) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long SizeOf(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Sum(file => file.Length);
        }
        catch (IOException)
        {
            return 0; // a build is changing it
        }
    }
}
