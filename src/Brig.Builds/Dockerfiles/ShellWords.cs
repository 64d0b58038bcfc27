using System.Text;

namespace Brig.Builds.Dockerfiles;

/// <summary>Words parted by blanks, as a shell parts them: quotes and escapes hold blanks together, and stay in the words.</summary>
internal static class ShellWords
{
    internal static List<string> Split(string text, char escape)
    {
        List<string> words = [];
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                return words;
            }

            int start = at;
            at = EndOfWord(text, at, escape);

            // An escape with nothing after it escapes nothing.
            int end = at == text.Length && EndsInLoneEscape(text, start, escape) ? at - 1 : at;
            if (end > start)
            {
                words.Add(text[start..end]);
            }
        }
    }

    /// <summary>The word without its quotes and escapes; null where a quote is not closed or it is more than one word.</summary>
    internal static string? TryUnquote(string word, char escape)
    {
        StringBuilder plain = new();
        char quote = '\0';
        for (int at = 0; at < word.Length; at++)
        {
            char c = word[at];
            if (c == escape && quote != '\'' && at + 1 < word.Length)
            {
                plain.Append(word[++at]);
            }
            else if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                quote = quote == '\0' ? c : '\0';
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                return null;
            }
            else
            {
                plain.Append(c);
            }
        }

        return quote == '\0' ? plain.ToString() : null;
    }

    private static int EndOfWord(string text, int at, char escape)
    {
        char quote = '\0';
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (c == escape && quote != '\'')
            {
                at = Math.Min(at + 1, text.Length - 1);
            }
            else if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'')
            {
                quote = c;
            }
            else if (char.IsWhiteSpace(c))
            {
                return at;
            }
        }

        return text.Length;
    }

    private static bool EndsInLoneEscape(string text, int start, char escape)
    {
        int count = 0;
        for (int at = text.Length - 1; at >= start && text[at] == escape; at--)
        {
            count++;
        }

        return count % 2 == 1 && text.IndexOf('\'', start) < 0;
    }
}
