namespace Brig.Builds.Dockerfiles;

/// <summary>The <c>name=value</c> words of ENV, LABEL and ARG. Quotes and escapes stay in them until variables are replaced.</summary>
internal static class NameValues
{
    /// <summary>ENV and LABEL: pairs, or the old form in which the first word is the name and the rest of the line the value.</summary>
    internal static IReadOnlyList<NamedValue> Parse(string keyword, string rest, char escape)
    {
        List<string> words = ShellWords.Split(rest, escape);
        if (words.Count == 0)
        {
            throw BrigException.Invalid($"{keyword} requires at least one argument");
        }

        if (!words[0].Contains('=', StringComparison.Ordinal))
        {
            int blank = rest.AsSpan().IndexOfAny(" \t\v\f\r");
            return blank < 0
                ? throw BrigException.Invalid($"{keyword} must have two arguments")
                : [new NamedValue(rest[..blank], rest[blank..].Trim())];
        }

        return [.. words.Select(word => word.IndexOf('=', StringComparison.Ordinal) switch
        {
            < 0 => throw BrigException.Invalid($"Syntax error - can't find = in \"{Oci.Text.Quote(word)}\". Must be of the form: name=value"),
            0 => throw BrigException.Invalid($"{keyword} names can not be blank"),
            var equals => new NamedValue(word[..equals], word[(equals + 1)..]),
        })];
    }

    /// <summary>Whether ENV or LABEL is written in the old form, without an equals sign.</summary>
    internal static bool IsLegacy(string rest, char escape) => ShellWords.Split(rest, escape) is [var first, ..] && !first.Contains('=', StringComparison.Ordinal);

    /// <summary>ARG: names, each with or without a default.</summary>
    internal static IReadOnlyList<NamedValue> ParseArgs(string rest, char escape)
    {
        List<string> words = ShellWords.Split(rest, escape);
        if (words.Count == 0)
        {
            throw BrigException.Invalid("ARG requires at least one argument");
        }

        return [.. words.Select(word => word.IndexOf('=', StringComparison.Ordinal) switch
        {
            < 0 => new NamedValue(word, null),
            0 => throw BrigException.Invalid("ARG names can not be blank"),
            var equals => new NamedValue(word[..equals], word[(equals + 1)..]),
        })];
    }
}
