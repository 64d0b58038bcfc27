using Brig.Cli.Text;

namespace Brig.Cli.Templates;

/// <param name="At">Where it begins, in characters from the start of the template.</param>
internal readonly record struct Token(TokenKind Kind, int At, string Text)
{
    /// <summary>As Go names a token in an error.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.End => "EOF",
        TokenKind.Error => Text,
        TokenKind.Keyword or TokenKind.Nil or TokenKind.Dot => $"<{Text}>",
        _ => Text.Length > 10 ? GoQuote.Quote(Text[..10]) + "..." : GoQuote.Quote(Text),
    };
}
