namespace Brig.Builds.Variables;

/// <summary>One walk over one word.</summary>
internal sealed class Expansion(string source, char escape, Lookup lookup, bool readQuotes, Action<string>? unset = null)
{
    // ENV a=$a$a repeated doubles a value each time, and a brace in a brace takes stack.
    private const int LengthLimit = 1 << 20;
    private const int DepthLimit = 100;
    private const char None = '\uffff';

    private int _at;
    private int _depth;

    private char Peek => _at < source.Length ? source[_at] : None;

    internal ExpandedText Run() => Until(None, keepEscapes: false);

    private ExpandedText Until(char stop, bool keepEscapes)
    {
        if (++_depth > DepthLimit)
        {
            throw BrigException.Invalid($"substitutions nested deeper than {DepthLimit}");
        }

        ExpandedText result = new();
        while (_at < source.Length && (stop == None || source[_at] != stop))
        {
            char c = source[_at];
            switch (c)
            {
                case '\'' when readQuotes:
                    SingleQuoted(result);
                    break;
                case '"' when readQuotes:
                    DoubleQuoted(result);
                    break;
                case '$':
                    result.AppendParted(Dollar());
                    break;
                default:
                    _at++;
                    if (c == escape)
                    {
                        Escaped(result, keepEscapes);
                    }
                    else
                    {
                        result.AppendParted([c]);
                    }

                    break;
            }

            Check(result);
        }

        if (stop != None)
        {
            if (_at == source.Length)
            {
                throw BrigException.Invalid($"unexpected end of statement while looking for matching {stop}");
            }

            _at++;
        }

        _depth--;
        return result;
    }

    private void Escaped(ExpandedText result, bool keepEscapes)
    {
        if (_at == source.Length)
        {
            return;
        }

        if (keepEscapes)
        {
            result.AppendWhole([escape]);
        }

        result.AppendWhole([source[_at++]]);
    }

    private void SingleQuoted(ExpandedText result)
    {
        int end = source.IndexOf('\'', _at + 1);
        if (end < 0)
        {
            throw BrigException.Invalid("unexpected end of statement while looking for matching single-quote");
        }

        result.AppendWhole(source.AsSpan(_at + 1, end - _at - 1));
        _at = end + 1;
    }

    private void DoubleQuoted(ExpandedText result)
    {
        result.AppendWhole("");
        for (_at++; Peek != '"';)
        {
            char c = Peek;
            if (c == None && _at >= source.Length)
            {
                throw BrigException.Invalid("unexpected end of statement while looking for matching double-quote");
            }

            if (c == '$')
            {
                result.AppendWhole(Dollar());
                Check(result);
                continue;
            }

            _at++;
            if (c == escape && _at < source.Length && (Peek is '"' or '$' || Peek == escape))
            {
                c = source[_at++];
            }

            result.AppendWhole([c]);
        }

        _at++;
    }

    private string Dollar()
    {
        _at++;
        if (Peek != '{')
        {
            string plain = Name();
            return plain.Length == 0 ? "$" : Value(plain);
        }

        _at++;
        string name = Name();
        if (name.Length == 0)
        {
            throw BrigException.Invalid(_at >= source.Length ? "syntax error: missing '}'" : "syntax error: bad substitution");
        }

        char modifier = Next();
        switch (modifier)
        {
            case '}':
                return Value(name);
            case ':':
                char kind = Next();
                return kind is '-' or '+' or '?' ? Default(name, kind, emptyIsUnset: true) : throw Unsupported(":" + kind);
            case '-' or '+' or '?':
                return Default(name, modifier, emptyIsUnset: false);
            case '#' or '%':
                return Trim(name, modifier);
            case '/':
                return Replace(name);
            default:
                throw Unsupported(modifier.ToString());
        }
    }

    private static BrigException Unsupported(string modifier) =>
        BrigException.Invalid($"unsupported modifier ({Oci.Text.Quote(modifier)}) in substitution");

    private string Default(string name, char kind, bool emptyIsUnset)
    {
        string word = Until('}', keepEscapes: false).Text;
        string? value = lookup(name);
        bool isSet = value is not null && !(emptyIsUnset && value.Length == 0);
        return kind switch
        {
            '-' => isSet ? value! : word,
            '+' => isSet ? word : "",
            _ when isSet => value!,
            _ => throw BrigException.Invalid(word.Length > 0 ? $"{name}: {Oci.Text.Quote(word)}"
                : emptyIsUnset ? $"{name}: not allowed to be empty" : $"{name}: not allowed to be unset"),
        };
    }

    private string Trim(string name, char side)
    {
        bool longest = Peek == side;
        _at += longest ? 1 : 0;
        Wildcard pattern = new(Until('}', keepEscapes: true).Text, escape);
        string value = Value(name);
        return side == '#'
            ? value[pattern.MatchAt(value, 0, longest).GetValueOrDefault()..]
            : value[..pattern.StartOfSuffix(value, longest)];
    }

    private string Replace(string name)
    {
        bool all = Peek == '/';
        _at += all ? 1 : 0;
        Wildcard pattern = new(Until('/', keepEscapes: true).Text, escape);
        string replacement = Until('}', keepEscapes: false).Text;
        return pattern.Replace(Value(name), replacement, all, LengthLimit);
    }

    private string Value(string name)
    {
        string? value = lookup(name);
        if (value is null)
        {
            unset?.Invoke(name);
        }

        return value ?? "";
    }

    private char Next() => _at < source.Length ? source[_at++] : throw BrigException.Invalid("syntax error: missing '}'");

    // A name, a positional parameter of digits, or one special character: the last two are names that nothing sets.
    private string Name()
    {
        int start = _at;
        if (char.IsAsciiDigit(Peek))
        {
            while (char.IsAsciiDigit(Peek))
            {
                _at++;
            }
        }
        else if (char.IsAsciiLetter(Peek) || Peek == '_')
        {
            while (char.IsAsciiLetterOrDigit(Peek) || Peek == '_')
            {
                _at++;
            }
        }
        else if (Peek is '@' or '*' or '#' or '?' or '-' or '$' or '!')
        {
            _at++;
        }

        return source[start.._at];
    }

    private static void Check(ExpandedText result)
    {
        if (result.Length > LengthLimit)
        {
            throw BrigException.Invalid($"a value longer than {LengthLimit >> 20} MiB after substitution");
        }
    }
}
