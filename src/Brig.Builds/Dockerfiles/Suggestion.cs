namespace Brig.Builds.Dockerfiles;

/// <summary>Guesses what a mistyped word was meant to be.</summary>
internal static class Suggestion
{
    /// <summary>The nearest of the words, at most three edits and less than its length away; null where none is near.</summary>
    internal static string? For(string written, IEnumerable<string> words)
    {
        (string? nearest, int least) = (null, 4);
        foreach (string word in words)
        {
            // A word much longer or shorter is not near, and a hostile one must not cost time.
            if (Math.Abs(word.Length - written.Length) < least && Distance(written, word) is var distance && distance < Math.Min(least, word.Length))
            {
                (nearest, least) = (word, distance);
            }
        }

        return nearest;
    }

    // Levenshtein's, with two swapped neighbours as one edit: the commonest slip of a hand.
    private static int Distance(string a, string b)
    {
        int[,] edits = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    edits[i, j] = i + j;
                    continue;
                }

                int replaced = edits[i - 1, j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1);
                edits[i, j] = Math.Min(replaced, 1 + Math.Min(edits[i - 1, j], edits[i, j - 1]));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[a.Length, b.Length];
    }

    private static bool Same(char a, char b) => char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
