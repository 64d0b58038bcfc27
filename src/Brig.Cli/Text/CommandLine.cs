namespace Brig.Cli.Text;

/// <summary>A container's command as <c>ps</c> shows it.</summary>
internal static class CommandLine
{
    private const int Shown = 20;

    /// <summary>Words joined by blanks; a word with a blank in it stands between single quotes.</summary>
    public static string Join(IEnumerable<string> words) =>
        string.Join(' ', words.Select((word, position) => position > 0 && word.Contains(' ') ? $"'{word}'" : word));

    public static string Quote(IEnumerable<string> words) => GoQuote.Quote(Join(words));

    /// <summary>The same, cut to twenty columns.</summary>
    public static string QuoteShort(IEnumerable<string> words) => GoQuote.Quote(DisplayWidth.Ellipsis(Join(words), Shown));
}
