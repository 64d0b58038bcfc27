namespace Brig.Builds.Variables;

/// <summary>Replaces variables in the words of an instruction, by the grammar of dockerfile.md, "Variable expansion".</summary>
/// <param name="escape">The escape character.</param>
/// <param name="lookup">Finds values.</param>
/// <param name="unset">Hears the name of each variable that is used without a value and without a default for it.</param>
internal sealed class Expander(char escape, Lookup lookup, Action<string>? unset = null)
{
    /// <summary>The word with variables replaced, quotes and escapes removed.</summary>
    internal string Expand(string word) => word.AsSpan().ContainsAny('$', '\'', '"') || word.Contains(escape, StringComparison.Ordinal)
        ? new Expansion(word, escape, lookup, readQuotes: true, unset).Run().Text
        : word;

    /// <summary>As <see cref="Expand"/>, then parted at blanks outside of quotes, those that came from variables too.</summary>
    internal IReadOnlyList<string> ExpandWords(string word) => new Expansion(word, escape, lookup, readQuotes: true, unset).Run().Words;

    /// <summary>The body of a heredoc: quotes are ordinary characters there, and only the backslash escapes.</summary>
    internal string ExpandBody(string body) => new Expansion(body, '\\', lookup, readQuotes: false, unset).Run().Text;
}
