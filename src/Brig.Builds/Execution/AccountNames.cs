using System.Globalization;

namespace Brig.Builds.Execution;

/// <summary>Resolves <c>user[:group]</c> with the accounts of a root file system (man 5 passwd, man 5 group).</summary>
internal sealed class AccountNames(Rootfs rootfs)
{
    /// <summary>A number alone is user and group; a name alone has the user's own group.</summary>
    internal Ownership Resolve(string written)
    {
        int colon = written.IndexOf(':', StringComparison.Ordinal);
        string user = colon < 0 ? written : written[..colon];
        string group = colon < 0 ? "" : written[(colon + 1)..];
        (uint uid, uint gid) = User(user);
        return new Ownership(uid, group.Length == 0 ? gid : Group(group));
    }

    private (uint Uid, uint Gid) User(string user)
    {
        if (user.Length == 0)
        {
            return (0, 0);
        }

        if (TryNumber(user) is { } number)
        {
            return (number, number);
        }

        foreach (string[] fields in Records("/etc/passwd"))
        {
            if (fields.Length > 3 && fields[0] == user && TryNumber(fields[2]) is { } uid && TryNumber(fields[3]) is { } gid)
            {
                return (uid, gid);
            }
        }

        throw BrigException.Invalid($"unable to find user {Oci.Text.Quote(user)}: no matching entries in passwd file");
    }

    private uint Group(string group)
    {
        if (TryNumber(group) is { } number)
        {
            return number;
        }

        foreach (string[] fields in Records("/etc/group"))
        {
            if (fields.Length > 2 && fields[0] == group && TryNumber(fields[2]) is { } gid)
            {
                return gid;
            }
        }

        throw BrigException.Invalid($"unable to find group {Oci.Text.Quote(group)}: no matching entries in group file");
    }

    private IEnumerable<string[]> Records(string path) => rootfs.Text(path).Split('\n').Select(line => line.Trim().Split(':'));

    // The last number means "no change" to chown(2).
    private static uint? TryNumber(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number != uint.MaxValue ? number : null;
}
