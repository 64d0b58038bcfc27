using System.Text;

namespace Brig.Builds.Variables;

/// <summary>A shell pattern in which only <c>*</c> and <c>?</c> are special, for the trimming and replacing substitutions.</summary>
internal sealed class Wildcard
{
    private readonly List<(char Literal, char Kind)> _tokens = [];

    internal Wildcard(string pattern, char escape)
    {
        for (int at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] == escape && at + 1 < pattern.Length)
            {
                _tokens.Add((pattern[++at], 'l'));
            }
            else if (pattern[at] is '*' or '?')
            {
                _tokens.Add(('\0', pattern[at]));
            }
            else
            {
                _tokens.Add((pattern[at], 'l'));
            }
        }
    }

    /// <summary>The length of the shortest or longest match that begins at a place; null where there is none.</summary>
    internal int? MatchAt(string text, int start, bool longest)
    {
        // All states at once, so that no pattern takes more than |pattern| x |text| steps.
        bool[] states = new bool[_tokens.Count + 1];
        states[0] = true;
        Skip(states);
        int? found = states[^1] ? 0 : null;
        for (int at = start; at < text.Length && (longest || found is null); at++)
        {
            bool alive = Step(states, text[at]);
            if (states[^1])
            {
                found = at + 1 - start;
            }

            if (!alive)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Where the shortest or longest matching suffix begins; the text's length where none matches.</summary>
    internal int StartOfSuffix(string text, bool longest)
    {
        // A suffix is a prefix read backwards.
        Wildcard reversed = new("", '\\');
        reversed._tokens.AddRange(_tokens.AsEnumerable().Reverse());
        char[] backwards = text.ToCharArray();
        Array.Reverse(backwards);
        return text.Length - reversed.MatchAt(new string(backwards), 0, longest).GetValueOrDefault();
    }

    /// <summary>Replaces the first or all longest matches.</summary>
    internal string Replace(string text, string replacement, bool all, int lengthLimit)
    {
        StringBuilder result = new();
        int at = 0;
        bool done = false;
        while (at < text.Length)
        {
            if (!done && MatchAt(text, at, longest: true) is > 0 and int length)
            {
                result.Append(replacement);
                at += length;
                done = !all;
            }
            else
            {
                result.Append(text[at++]);
            }

            if (result.Length > lengthLimit)
            {
                throw BrigException.Invalid($"a value longer than {lengthLimit >> 20} MiB after substitution");
            }
        }

        return result.ToString();
    }

    private void Skip(bool[] states)
    {
        for (int state = 0; state < _tokens.Count; state++)
        {
            if (states[state] && _tokens[state].Kind == '*')
            {
                states[state + 1] = true;
            }
        }
    }

    private bool Step(bool[] states, char c)
    {
        bool alive = false;
        for (int state = _tokens.Count; state >= 0; state--)
        {
            bool stays = state < _tokens.Count && states[state] && _tokens[state].Kind == '*';
            bool comes = state > 0 && states[state - 1] && (_tokens[state - 1].Kind == '?' || (_tokens[state - 1].Kind == 'l' && _tokens[state - 1].Literal == c));
            states[state] = stays || comes;
        }

        Skip(states);
        foreach (bool state in states.AsSpan(0, _tokens.Count))
        {
            alive |= state;
        }

        return alive;
    }
}
