using System.Text;

namespace Brig.Cli.Progress;

/// <summary>Output of a program, made fit for one line of a display.</summary>
internal static class TerminalText
{
    /// <summary>What a terminal would show of the line: behind the last carriage return, without escapes and control characters.</summary>
    public static string Clean(string line)
    {
        string trimmed = line.TrimEnd('\r', '\n');
        ReadOnlySpan<char> text = trimmed.AsSpan(trimmed.LastIndexOf('\r') + 1);
        if (text.IndexOfAnyInRange('\0', '\x1f') < 0 && text.IndexOfAnyInRange('\x7f', '\x9f') < 0)
        {
            return text.ToString();
        }

        StringBuilder clean = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\x1b')
            {
                i = EndOfEscape(text, i);
            }
            else if (c == '\t')
            {
                clean.Append(' ', 8 - (clean.Length % 8));
            }
            else if (!char.IsControl(c))
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    private static int EndOfEscape(ReadOnlySpan<char> text, int at)
    {
        if (at + 1 >= text.Length)
        {
            return at;
        }

        int end = at + 1;
        if (text[end] == ']')
        {
            while (end < text.Length && text[end] != '\a' && text[end] != '\x1b')
            {
                end++;
            }

            return end < text.Length && text[end] == '\x1b' ? end + 1 : end;
        }

        if (text[end] == '[')
        {
            end++;
            while (end < text.Length && text[end] is < '@' or > '~')
            {
                end++;
            }
        }

        return end;
    }
}
