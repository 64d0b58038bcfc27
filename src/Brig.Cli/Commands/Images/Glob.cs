namespace Brig.Cli.Commands.Images;

/// <summary>Go's <c>path.Match</c>: <c>*</c> and <c>?</c> stop at a slash, <c>[a-z]</c> and <c>[^a-z]</c> are classes, a backslash takes the next character as it is.</summary>
internal static class Glob
{
    /// <summary>Throws where the pattern is broken.</summary>
    public static bool Matches(string pattern, string text)
    {
        int at = 0, from = 0, starAt = -1, starFrom = 0;
        while (from < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (starAt, starFrom) = (at++, from);
            }
            else if (at < pattern.Length && TakeOne(pattern, ref at, text[from]))
            {
                from++;
            }
            else if (starAt >= 0 && text[starFrom] != '/')
            {
                // The last star takes one character more.
                (at, from) = (starAt + 1, ++starFrom);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(at).TrimStart('*').IsEmpty;
    }

    private static bool TakeOne(string pattern, ref int at, char c)
    {
        int start = at;
        bool fits = pattern[at] switch
        {
            '?' => c != '/',
            '[' => InClass(pattern, ref at, c),
            _ => Literal(pattern, ref at) == c,
        };
        at = fits ? at + 1 : start;
        return fits;
    }

    private static bool InClass(string pattern, ref int at, char c)
    {
        at++;
        bool negated = at < pattern.Length && pattern[at] == '^';
        at += negated ? 1 : 0;
        bool found = false;
        for (int first = at; at < pattern.Length && (pattern[at] != ']' || at == first); at++)
        {
            char low = Literal(pattern, ref at), high = low;
            if (at + 2 < pattern.Length && pattern[at + 1] == '-')
            {
                at += 2;
                high = Literal(pattern, ref at);
            }

            found |= low <= c && c <= high;
        }

        return at < pattern.Length ? found != negated : throw Broken(pattern);
    }

    private static char Literal(string pattern, ref int at)
    {
        if (pattern[at] == '\\' && ++at == pattern.Length)
        {
            throw Broken(pattern);
        }

        return pattern[at];
    }

    private static BrigException Broken(string pattern) => BrigException.Invalid($"syntax error in pattern: {Oci.Text.Quote(pattern)}");
}
