namespace Brig.Cli.Templates;

internal enum TokenKind
{
    End,
    Error,
    Text,
    LeftDelimiter,
    RightDelimiter,
    Space,
    Field,
    Variable,
    Identifier,
    Keyword,
    Dot,
    Nil,
    Bool,
    Number,
    Character,
    Quoted,
    Raw,
    Pipe,
    Comma,
    Assign,
    Declare,
    Other,
    LeftParenthesis,
    RightParenthesis,
}
