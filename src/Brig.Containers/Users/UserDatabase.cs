using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Users;

/// <summary>Reads <c>/etc/passwd</c> and <c>/etc/group</c> of a root file system, whatever links the image has there (semantics.md 23).</summary>
internal sealed class UserDatabase(SafeHandle root)
{
    private const int FileLimit = 4 << 20;

    /// <summary>Resolves <c>user[:group]</c> by name or number; empty is root.</summary>
    internal ContainerUser Resolve(string text, IReadOnlyList<string> additionalGroups)
    {
        string[] parts = text.Split(':', 2);
        string user = parts[0].Length == 0 ? "0" : parts[0];
        string[]? entry = Lines("/etc/passwd").FirstOrDefault(fields => fields.Length > 5 && fields[0] == user)
            ?? (IsNumber(user) ? Lines("/etc/passwd").FirstOrDefault(fields => fields.Length > 5 && fields[2] == user) : null);
        if (entry is null && !IsNumber(user))
        {
            throw BrigException.Invalid($"unable to find user {Oci.Text.Quote(user)}: no matching entries in passwd file");
        }

        uint uid = Number(entry?[2] ?? user);
        uint gid = entry is null ? 0 : Number(entry[3]);
        List<uint> groups = [];
        if (parts.Length == 2 && parts[1].Length > 0)
        {
            gid = Group(parts[1]);
        }
        else if (entry is not null)
        {
            groups.AddRange(Lines("/etc/group").Where(fields => fields.Length > 3 && fields[3].Split(',').Contains(entry[0])).Select(fields => Number(fields[2])));
        }

        groups.AddRange(additionalGroups.Select(Group));
        return new(uid, gid, [.. groups.Distinct()], entry is { Length: > 5 } && entry[5].Length > 0 ? entry[5] : "/");
    }

    private uint Group(string group) =>
        Lines("/etc/group").FirstOrDefault(fields => fields.Length > 2 && fields[0] == group) is { } entry ? Number(entry[2])
        : IsNumber(group) ? Number(group)
        : throw BrigException.Invalid($"unable to find group {Oci.Text.Quote(group)}: no matching entries in group file");

    private static bool IsNumber(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static uint Number(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number <= int.MaxValue
        ? number
        : throw BrigException.Invalid($"uids and gids must be in range 0-2147483647, not {Oci.Text.Quote(text)}");

    private IEnumerable<string[]> Lines(string path)
    {
        using SafeFileHandle? file = Files.TryOpenIn(root, path, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK, 0, Linux.Resolve.RESOLVE_IN_ROOT | Linux.Resolve.RESOLVE_NO_MAGICLINKS, out _);
        return file is null || Files.Stat(file).Type != FileType.Regular
            ? []
            : Encoding.UTF8.GetString(Files.ReadAll(file, FileLimit)).Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(':'));
    }
}
