using System.Globalization;
using System.Text.Json;
using Brig.Linux;
using Brig.Oci;
using Brig.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Runtime.Checkpoints;

/// <summary>
/// What a container's first process has as standard streams and its caller has the other side of. The images name them
/// (<c>descriptors.json</c>, as runc keeps it); a restored process gets those of whoever restores it.
/// </summary>
internal static class StandardStreams
{
    private const string FileName = "descriptors.json";
    private const int Count = 3;
    private const uint Readable = 0x1A4;

    /// <summary>The name that CRIU has for each of them; for one that is the container's own its path.</summary>
    internal static IReadOnlyList<string> Of(int pid)
    {
        HashSet<string> mounts = [.. (Files.TryReadText($"/proc/{pid}/mountinfo", 16 << 20) ?? "").Split('\n').Select(line => line.Split(' ')[0])];
        return [.. Enumerable.Range(0, Count).Select(number => Name(pid, number, mounts))];
    }

    /// <summary>Whether a name is of a file that is no pipe, which CRIU must be told to leave out.</summary>
    internal static bool IsFile(string name) => name.StartsWith("file[", StringComparison.Ordinal);

    internal static bool IsOutside(string name) => IsFile(name) || name.StartsWith("pipe:[", StringComparison.Ordinal);

    internal static void Write(string images, IReadOnlyList<string> names) =>
        Files.Replace(Path.Combine(images, FileName), JsonSerializer.SerializeToUtf8Bytes([.. names], StateJson.Default.StringArray), Readable);

    internal static IReadOnlyList<string> Read(string images)
    {
        string path = Path.Combine(images, FileName);
        string text = Files.TryReadText(path) ?? throw BrigException.NotFound($"restore: there is no checkpoint in {images}");
        try
        {
            return JsonSerializer.Deserialize(text, StateJson.Default.StringArray) ?? [];
        }
        catch (JsonException error)
        {
            throw BrigException.Invalid($"{path}: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static string Name(int pid, int number, HashSet<string> mounts)
    {
        string link = $"/proc/{pid}/fd/{number}";
        string target;
        try
        {
            target = Files.ReadLink(null, link);
        }
        catch (LinuxException error) when (error.Errno == Errno.ENOENT)
        {
            return "";
        }

        if (!target.StartsWith('/'))
        {
            return target;
        }

        // "mnt_id:\t28": a file that no mount of the container leads to came from outside.
        string mount = (Files.TryReadText($"/proc/{pid}/fdinfo/{number}") ?? "").Split('\n').FirstOrDefault(line => line.StartsWith("mnt_id:", StringComparison.Ordinal))?[7..].Trim() ?? "";
        if (mounts.Contains(mount))
        {
            return target;
        }

        using SafeFileHandle file = Files.Open(link, OpenFlags.O_PATH);
        return $"file[{int.Parse(mount, CultureInfo.InvariantCulture):x}:{Files.Stat(file).Inode:x}]";
    }
}
