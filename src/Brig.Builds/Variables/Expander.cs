namespace Brig.Builds.Variables;

/// <summary>Replaces variables in the words of an instruction, by the grammar of dockerfile.md, "Variable expansion".</summary>
internal sealed class Expander(char escape, Lookup lookup)
{
    /// <summary>The word with variables replaced, quotes and escapes removed.</summary>
    internal string Expand(string word) => word.AsSpan().ContainsAny('$', '\'', '"') || word.Contains(escape, StringComparison.Ordinal)
        ? new Expansion(word, escape, lookup, readQuotes: true).Run().Text
        : word;

    /// <summary>As <see cref="Expand"/>, then parted at blanks outside of quotes, those that came from variables too.</summary>
    internal IReadOnlyList<string> ExpandWords(string word) => new Expansion(word, escape, lookup, readQuotes: true).Run().Words;

    /// <summary>The body of a heredoc: quotes are ordinary characters there, and only the backslash escapes.</summary>
    internal string ExpandBody(string body) => new Expansion(body, '\\', lookup, readQuotes: false).Run().Text;
}
