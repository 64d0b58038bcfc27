using System.Text.RegularExpressions;

namespace Brig.Builds.Execution;

/// <summary>The value of <c>--chmod</c>: octal, or symbolic as chmod(1) takes it.</summary>
internal sealed partial class ModeChange
{
    private const uint AllBits = 0xFFF;
    private const uint SetUid = 0x800, SetGid = 0x400, Sticky = 0x200;

    private readonly uint? _fixed;
    private readonly List<(string Who, char Operator, string Permissions)> _clauses = [];

    private ModeChange(uint? octal) => _fixed = octal;

    internal static ModeChange Parse(string written)
    {
        if (written.Length is > 0 and <= 5 && !written.AsSpan().ContainsAnyExceptInRange('0', '7') && Convert.ToUInt32(written, 8) is <= AllBits and var octal)
        {
            return new ModeChange(octal);
        }

        ModeChange change = new(null);
        foreach (string clause in written.Split(','))
        {
            Match match = Clause().Match(clause);
            if (!match.Success)
            {
                throw BrigException.Invalid($"invalid chmod parameter: '{Oci.Text.Quote(written)}'. it should be octal string and between 0 and 07777");
            }

            for (int i = 0; i < match.Groups["op"].Captures.Count; i++)
            {
                change._clauses.Add((match.Groups["who"].Value, match.Groups["op"].Captures[i].Value[0], match.Groups["perm"].Captures[i].Value));
            }
        }

        return change;
    }

    /// <summary>The permission bits that a file gets.</summary>
    internal uint Apply(uint mode, bool isDirectory)
    {
        if (_fixed is { } octal)
        {
            return octal;
        }

        foreach ((string who, char @operator, string permissions) in _clauses)
        {
            (uint mask, uint bits) = Bits(who.Length == 0 || who.Contains('a', StringComparison.Ordinal) ? "ugo" : who, permissions, mode, isDirectory);
            mode = @operator switch
            {
                '+' => mode | bits,
                '-' => mode & ~bits,
                _ => (mode & ~mask) | bits,
            };
        }

        return mode;
    }

    private static (uint Mask, uint Bits) Bits(string who, string permissions, uint mode, bool isDirectory)
    {
        uint triple = 0;
        bool special = permissions.Contains('s', StringComparison.Ordinal);
        foreach (char permission in permissions)
        {
            triple |= permission switch
            {
                'r' => 4,
                'w' => 2,
                'x' => 1,
                'X' when isDirectory || (mode & 0x49) != 0 => 1,
                'u' => (mode >> 6) & 7,
                'g' => (mode >> 3) & 7,
                'o' => mode & 7,
                _ => 0u,
            };
        }

        (uint mask, uint bits) = (0, 0);
        foreach (char one in who)
        {
            (int shift, uint set) = one switch { 'u' => (6, SetUid), 'g' => (3, SetGid), _ => (0, 0u) };
            mask |= (7u << shift) | (isDirectory ? 0 : set);
            bits |= (triple << shift) | (special ? set : 0);
        }

        return permissions.Contains('t', StringComparison.Ordinal) ? (mask | Sticky, bits | Sticky) : (mask, bits);
    }

    [GeneratedRegex(@"^(?<who>[ugoa]*)(?:(?<op>[-+=])(?<perm>[ugo]|[rwxXst]*))+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Clause();
}
