namespace Brig.Cli.Flags;

/// <summary>Commands that a mistyped word may have meant.</summary>
internal static class Suggestion
{
    /// <summary>A paragraph that names them, or nothing.</summary>
    public static string Describe(string word, IEnumerable<string> known)
    {
        List<string> near = [.. known.Where(name => IsNear(word, name)).Distinct().Order(StringComparer.Ordinal)];
        return near.Count == 0 ? "" : $"Did you mean this?\n{string.Concat(near.Select(name => $"\t{name}\n"))}\n";
    }

    private static bool IsNear(string word, string name) =>
        word.Length > 0 && (name.StartsWith(word, StringComparison.OrdinalIgnoreCase) || (word.Length > 2 && Distance(word, name) <= 2 && Distance(word, name) < name.Length));

    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int same = diagonal + (char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(same, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
