using System.Text;

namespace Brig.Cli.Templates;

/// <summary>Cuts a template into tokens. What cannot be read becomes one last token of kind Error.</summary>
internal sealed class Tokenizer(string text)
{
    private const string Blanks = " \t\r\n";
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _parentheses;

    public List<Token> Read()
    {
        bool trim = false;
        while (_at < text.Length && !Failed)
        {
            int open = text.IndexOf("{{", _at, StringComparison.Ordinal);
            ReadText(open < 0 ? text.Length : open, trim);
            trim = open >= 0 && ReadAction();
        }

        if (!Failed)
        {
            Add(TokenKind.End, text.Length, "");
        }

        return _tokens;
    }

    private bool Failed => _tokens is [.., { Kind: TokenKind.Error }];

    private void ReadText(int end, bool trimLeft)
    {
        int start = _at;
        int stop = end;
        while (trimLeft && start < stop && Blanks.Contains(text[start]))
        {
            start++;
        }

        while (TrimsLeft(end) && stop > start && Blanks.Contains(text[stop - 1]))
        {
            stop--;
        }

        if (stop > start)
        {
            Add(TokenKind.Text, start, text[start..stop]);
        }

        _at = end;
    }

    private bool TrimsLeft(int open) => open + 3 < text.Length && text[open + 2] == '-' && Blanks.Contains(text[open + 3]);

    private bool TrimsRight(int at) => at + 3 < text.Length && Blanks.Contains(text[at]) && text.AsSpan(at + 1).StartsWith("-}}");

    /// <summary>Reads from the opening braces to behind the closing ones; returns whether blanks behind are dropped.</summary>
    private bool ReadAction()
    {
        int open = _at;
        int inside = open + (TrimsLeft(open) ? 4 : 2);
        if (text.AsSpan(inside).StartsWith("/*"))
        {
            return ReadComment(inside);
        }

        Add(TokenKind.LeftDelimiter, open, "{{");
        _at = inside;
        _parentheses = 0;
        while (!Failed)
        {
            if (TrimsRight(_at) || text.AsSpan(_at).StartsWith("}}"))
            {
                bool trim = TrimsRight(_at);
                if (_parentheses > 0)
                {
                    Fail("unclosed left paren");
                    return false;
                }

                Add(TokenKind.RightDelimiter, _at + (trim ? 2 : 0), "}}");
                _at += trim ? 4 : 2;
                return trim;
            }

            if (_at >= text.Length)
            {
                Fail("unclosed action");
                return false;
            }

            ReadInside();
        }

        return false;
    }

    private bool ReadComment(int start)
    {
        int close = text.IndexOf("*/", start, StringComparison.Ordinal);
        if (close < 0)
        {
            _at = text.Length;
            Fail("unclosed comment");
            return false;
        }

        int behind = close + 2;
        bool trim = TrimsRight(behind);
        if (!trim && !text.AsSpan(behind).StartsWith("}}"))
        {
            _at = behind;
            Fail("comment ends before closing delimiter");
            return false;
        }

        _at = behind + (trim ? 4 : 2);
        return trim;
    }

    private void ReadInside()
    {
        char c = text[_at];
        switch (c)
        {
            case ' ' or '\t' or '\r' or '\n':
                ReadSpace();
                break;
            case '=':
                Take(TokenKind.Assign, 1);
                break;
            case ':' when text.AsSpan(_at).StartsWith(":="):
                Take(TokenKind.Declare, 2);
                break;
            case ':':
                Fail("expected :=");
                break;
            case '|':
                Take(TokenKind.Pipe, 1);
                break;
            case ',':
                Take(TokenKind.Comma, 1);
                break;
            case '"':
                ReadQuoted('"', TokenKind.Quoted, "unterminated quoted string");
                break;
            case '\'':
                ReadQuoted('\'', TokenKind.Character, "unterminated character constant");
                break;
            case '`':
                ReadRaw();
                break;
            case '(':
                _parentheses++;
                Take(TokenKind.LeftParenthesis, 1);
                break;
            case ')':
                ReadRightParenthesis();
                break;
            case '$':
                ReadWord(TokenKind.Variable);
                break;
            case '.' when _at + 1 >= text.Length || !char.IsAsciiDigit(text[_at + 1]):
                ReadWord(TokenKind.Field);
                break;
            case '.' or '+' or '-' or (>= '0' and <= '9'):
                ReadNumber();
                break;
            default:
                ReadIdentifier();
                break;
        }
    }

    private void ReadSpace()
    {
        int end = _at;
        while (end < text.Length && Blanks.Contains(text[end]) && !TrimsRight(end))
        {
            end++;
        }

        // The blank before a trim marker belongs to the marker.
        Take(TokenKind.Space, end - _at);
    }

    private void ReadQuoted(char quote, TokenKind kind, string unterminated)
    {
        int end = _at + 1;
        while (end < text.Length && text[end] != quote && text[end] != '\n')
        {
            end += text[end] == '\\' ? 2 : 1;
        }

        if (end >= text.Length || text[end] != quote)
        {
            Fail(unterminated);
            return;
        }

        Take(kind, end + 1 - _at);
    }

    private void ReadRaw()
    {
        int end = text.IndexOf('`', _at + 1);
        if (end < 0)
        {
            Fail("unterminated raw quoted string");
            return;
        }

        Take(TokenKind.Raw, end + 1 - _at);
    }

    private void ReadRightParenthesis()
    {
        if (--_parentheses < 0)
        {
            Fail("unexpected right paren");
            return;
        }

        Take(TokenKind.RightParenthesis, 1);
    }

    /// <summary>A field or a variable: its mark and the word behind it.</summary>
    private void ReadWord(TokenKind kind)
    {
        int end = EndOfWord(_at + 1);
        if (!EndsWell(end))
        {
            return;
        }

        Take(kind == TokenKind.Field && end == _at + 1 ? TokenKind.Dot : kind, end - _at);
    }

    private void ReadIdentifier()
    {
        int end = EndOfWord(_at);
        if (end == _at)
        {
            if (text[_at] is > ' ' and < '\x7f')
            {
                Take(TokenKind.Other, 1);
                return;
            }

            FailOnCharacter("unrecognized character in action", _at);
            return;
        }

        if (!EndsWell(end))
        {
            return;
        }

        TokenKind kind = text[_at..end] switch
        {
            "true" or "false" => TokenKind.Bool,
            "nil" => TokenKind.Nil,
            "if" or "else" or "end" or "range" or "with" or "define" or "block" or "template" or "break" or "continue" => TokenKind.Keyword,
            _ => TokenKind.Identifier,
        };
        Take(kind, end - _at);
    }

    /// <summary>As far as the letters of a number go; whether they make one is seen when it is parsed.</summary>
    private void ReadNumber()
    {
        int end = _at + (text[_at] is '+' or '-' ? 1 : 0);
        string digits = "0123456789_";
        char exponent = 'e';
        if (end + 1 < text.Length && text[end] == '0' && (text[end + 1] | 0x20) is 'x' or 'o' or 'b')
        {
            (digits, exponent) = (char)(text[end + 1] | 0x20) switch
            {
                'x' => ("0123456789abcdefABCDEF_", 'p'),
                'o' => ("01234567_", '\0'),
                _ => ("01_", '\0'),
            };
            end += 2;
        }

        end = Skip(end, digits);
        end = end < text.Length && text[end] == '.' ? Skip(end + 1, digits) : end;
        if (end < text.Length && exponent != '\0' && (text[end] | 0x20) == exponent)
        {
            end++;
            end += end < text.Length && text[end] is '+' or '-' ? 1 : 0;
            end = Skip(end, "0123456789_");
        }

        if (end < text.Length && (text[end] == '_' || char.IsLetterOrDigit(text[end])))
        {
            Fail($"bad number syntax: {Brig.Cli.Text.GoQuote.Quote(text[_at..(end + 1)])}");
            return;
        }

        Take(TokenKind.Number, end - _at);
    }

    private int Skip(int at, string letters)
    {
        while (at < text.Length && letters.Contains(text[at]))
        {
            at++;
        }

        return at;
    }

    private int EndOfWord(int at)
    {
        while (at < text.Length && (text[at] == '_' || char.IsLetterOrDigit(text[at])))
        {
            at++;
        }

        return at;
    }

    private bool EndsWell(int end)
    {
        if (end >= text.Length || " \t\r\n.,|:()".Contains(text[end]) || text.AsSpan(end).StartsWith("}}"))
        {
            return true;
        }

        FailOnCharacter("bad character", end);
        return false;
    }

    private void FailOnCharacter(string what, int at)
    {
        _ = Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out _);
        Fail($"{what}: U+{rune.Value:X4}" + (Rune.IsControl(rune) ? "" : $" '{rune}'"), what == "bad character");
    }

    private void Fail(string message, bool withoutColon = false) =>
        Add(TokenKind.Error, Math.Min(_at, text.Length), withoutColon ? message.Replace("character:", "character", StringComparison.Ordinal) : message);

    private void Take(TokenKind kind, int length)
    {
        if (length > 0)
        {
            Add(kind, _at, text.Substring(_at, length));
            _at += length;
        }
    }

    private void Add(TokenKind kind, int at, string value) => _tokens.Add(new Token(kind, at, value));
}
