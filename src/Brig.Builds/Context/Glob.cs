using System.Text;

namespace Brig.Builds.Context;

/// <summary>
/// A pattern of Go's filepath.Match (<c>* ? [a-z] [^x] \</c>), with <c>**</c> besides where that is asked for. All states of the match
/// are followed at once, so that no pattern takes more than its length times the path's.
/// </summary>
internal sealed class Glob
{
    private readonly List<GlobToken> _tokens = [];
    private readonly string? _literal;

    private Glob(string pattern, bool isLiteral) => _literal = isLiteral ? pattern : null;

    /// <summary>Whether the text has any of the characters that make a pattern of it.</summary>
    internal static bool IsPattern(string text) => text.AsSpan().ContainsAny("*?[\\");

    /// <summary>Throws where a class is not closed or empty, or a backslash ends the pattern.</summary>
    internal static Glob Parse(string pattern, GlobStars stars)
    {
        Glob glob = new(pattern, !IsPattern(pattern));
        if (glob._literal is not null)
        {
            return glob;
        }

        Rune[] runes = [.. pattern.EnumerateRunes()];
        for (int at = 0; at < runes.Length;)
        {
            glob.Take(pattern, runes, ref at, stars);
        }

        return glob;
    }

    internal bool Matches(string path)
    {
        if (_literal is not null)
        {
            return _literal == path;
        }

        Span<bool> states = _tokens.Count < 256 ? stackalloc bool[_tokens.Count + 1] : new bool[_tokens.Count + 1];
        states.Clear();
        states[0] = true;
        Skip(states);
        foreach (Rune rune in path.EnumerateRunes())
        {
            if (!Step(states, rune.Value))
            {
                return false;
            }
        }

        return states[^1];
    }

    private void Take(string pattern, Rune[] runes, ref int at, GlobStars stars)
    {
        Rune rune = runes[at++];
        switch (rune.Value)
        {
            case '*' when stars == GlobStars.AcrossDirectories && at < runes.Length && runes[at].Value == '*':
                at++;
                if (at < runes.Length && runes[at].Value == '/')
                {
                    at++;
                }

                if (at == runes.Length)
                {
                    _tokens.Add(new GlobToken(GlobTokenKind.Rest));
                }
                else
                {
                    _tokens.Add(new GlobToken(GlobTokenKind.EnterDirectories));
                    _tokens.Add(new GlobToken(GlobTokenKind.Directories));
                }

                break;
            case '*':
                _tokens.Add(new GlobToken(GlobTokenKind.Star));
                break;
            case '?':
                _tokens.Add(new GlobToken(GlobTokenKind.Any));
                break;
            case '[':
                _tokens.Add(new GlobToken(GlobTokenKind.Class) { Class = GlobClass.Parse(pattern, runes, ref at) });
                break;
            case '\\':
                _tokens.Add(new GlobToken(GlobTokenKind.Literal) { Literal = at < runes.Length ? runes[at++].Value : throw GlobClass.Bad(pattern) });
                break;
            default:
                _tokens.Add(new GlobToken(GlobTokenKind.Literal) { Literal = rune.Value });
                break;
        }
    }

    // Tokens that may match nothing pass their state on.
    private void Skip(Span<bool> states)
    {
        for (int i = 0; i < _tokens.Count; i++)
        {
            if (!states[i])
            {
                continue;
            }

            switch (_tokens[i].Kind)
            {
                case GlobTokenKind.Star or GlobTokenKind.Rest:
                    states[i + 1] = true;
                    break;
                case GlobTokenKind.EnterDirectories:
                    states[i + 1] = states[i + 2] = true;
                    break;
            }
        }
    }

    private bool Step(Span<bool> states, int rune)
    {
        for (int i = _tokens.Count; i >= 0; i--)
        {
            bool stays = i < _tokens.Count && states[i] && _tokens[i].Kind switch
            {
                GlobTokenKind.Star => rune != '/',
                GlobTokenKind.Rest or GlobTokenKind.Directories => true,
                _ => false,
            };
            bool comes = i > 0 && states[i - 1] && _tokens[i - 1].Kind switch
            {
                GlobTokenKind.Literal => _tokens[i - 1].Literal == rune,
                GlobTokenKind.Any => rune != '/',
                GlobTokenKind.Class => _tokens[i - 1].Class!.Contains(rune),
                GlobTokenKind.Directories => rune == '/',
                _ => false,
            };
            states[i] = stays || comes;
        }

        Skip(states);
        return states.Contains(true);
    }
}
