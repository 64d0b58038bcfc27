using System.Text;

namespace Brig.Builds.Context;

/// <summary>A character class, <c>[a-z_]</c> or <c>[^a-z]</c>.</summary>
internal sealed class GlobClass
{
    private readonly List<(int Low, int High)> _ranges = [];
    private bool _negated;

    /// <summary>Reads from behind the opening bracket to behind the closing one.</summary>
    internal static GlobClass Parse(string pattern, Rune[] runes, ref int at)
    {
        GlobClass result = new();
        if (at < runes.Length && runes[at].Value == '^')
        {
            result._negated = true;
            at++;
        }

        while (at < runes.Length && (runes[at].Value != ']' || result._ranges.Count == 0))
        {
            int low = Character(pattern, runes, ref at);
            int high = low;
            if (at < runes.Length && runes[at].Value == '-')
            {
                at++;
                high = Character(pattern, runes, ref at);
            }

            result._ranges.Add((low, high));
        }

        return at++ < runes.Length ? result : throw Bad(pattern);
    }

    internal bool Contains(int rune)
    {
        bool found = false;
        foreach ((int low, int high) in _ranges)
        {
            found |= low <= rune && rune <= high;
        }

        return found != _negated;
    }

    internal static BrigException Bad(string pattern) => BrigException.Invalid($"syntax error in pattern \"{Oci.Text.Quote(pattern)}\"");

    private static int Character(string pattern, Rune[] runes, ref int at)
    {
        if (at < runes.Length && runes[at].Value is '-' or ']')
        {
            throw Bad(pattern);
        }

        if (at < runes.Length && runes[at].Value == '\\')
        {
            at++;
        }

        return at < runes.Length ? runes[at++].Value : throw Bad(pattern);
    }
}
