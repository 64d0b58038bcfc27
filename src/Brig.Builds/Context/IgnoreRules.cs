namespace Brig.Builds.Context;

/// <summary>
/// The patterns of a <c>.dockerignore</c>: anchored at the root, the last one that matches a path or a directory above it decides,
/// and one that begins with <c>!</c> takes back what others ignored.
/// </summary>
internal sealed class IgnoreRules
{
    private readonly List<(Glob Pattern, bool Exception)> _patterns = [];

    private IgnoreRules()
    {
    }

    internal static IgnoreRules None { get; } = new();

    /// <summary>True where something below an ignored directory may still count.</summary>
    internal bool HasExceptions { get; private set; }

    /// <summary>Reads a file of patterns; <paramref name="name"/> is what messages call it.</summary>
    internal static IgnoreRules Parse(string text, string name)
    {
        IgnoreRules rules = new();
        int number = 0;
        foreach (string line in text.TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            if (!line.StartsWith('#'))
            {
                rules.Add(line.Trim(), $"{name} line {number}: ");
            }
        }

        return rules;
    }

    /// <summary>The patterns of <c>--exclude</c> flags.</summary>
    internal static IgnoreRules Of(IEnumerable<string> patterns)
    {
        IgnoreRules rules = new();
        foreach (string pattern in patterns)
        {
            rules.Add(pattern.Trim(), "--exclude: ");
        }

        return rules;
    }

    /// <summary>Which patterns match a directory or one above it: what <see cref="IsIgnored"/> needs for the names in it. Null stands for none.</summary>
    internal bool[]? Enter(bool[]? above, string directory)
    {
        if (_patterns.Count == 0 || directory.Length == 0)
        {
            return null;
        }

        bool[] matched = new bool[_patterns.Count];
        for (int i = 0; i < matched.Length; i++)
        {
            matched[i] = (above?[i] ?? false) || _patterns[i].Pattern.Matches(directory);
        }

        return matched;
    }

    /// <summary>Whether the path, whose directory was entered with <paramref name="above"/>, is ignored.</summary>
    internal bool IsIgnored(bool[]? above, string path)
    {
        for (int i = _patterns.Count - 1; i >= 0; i--)
        {
            if ((above?[i] ?? false) || _patterns[i].Pattern.Matches(path))
            {
                return !_patterns[i].Exception;
            }
        }

        return false;
    }

    /// <summary>The state of the directory that holds a path, entered from the root down.</summary>
    internal bool[]? Above(string path)
    {
        bool[]? state = null;
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            state = Enter(state, path[..slash]);
        }

        return state;
    }

    private void Add(string pattern, string where)
    {
        bool exception = pattern.StartsWith('!');
        string written = exception ? pattern[1..].Trim() : pattern;
        if (written.Length == 0)
        {
            if (exception)
            {
                throw BrigException.Invalid($"{where}illegal exclusion pattern: \"!\"");
            }

            return;
        }

        string clean = GoPath.Clean(written);
        try
        {
            _patterns.Add((Glob.Parse(clean.Length > 1 && clean[0] == '/' ? clean[1..] : clean, GlobStars.AcrossDirectories), exception));
        }
        catch (BrigException error)
        {
            throw BrigException.Invalid(where + error.Message, error);
        }

        HasExceptions |= exception;
    }
}
