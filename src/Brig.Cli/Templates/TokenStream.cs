namespace Brig.Cli.Templates;

/// <summary>A position in the tokens of a template, and errors that say the line of a token.</summary>
internal sealed class TokenStream(string text)
{
    /// <summary>Deeper nesting than anybody writes, and shallow enough for every stack.</summary>
    public const int DeepestNesting = 300;

    private readonly List<Token> _tokens = new Tokenizer(text).Read();
    private int _next;
    private int _actionLine;

    public Token Peek() => _tokens[Math.Min(_next, _tokens.Count - 1)];

    public Token Next()
    {
        Token token = Peek();
        _next++;
        return token;
    }

    public Token PeekPastSpace()
    {
        while (Peek().Kind == TokenKind.Space)
        {
            _next++;
        }

        return Peek();
    }

    public Token NextPastSpace()
    {
        PeekPastSpace();
        return Next();
    }

    public int Mark() => _next;

    public void Return(int mark) => _next = mark;

    public void BeginAction(Token token) => _actionLine = Line(token);

    public void Expect(TokenKind kind, string context)
    {
        Token token = NextPastSpace();
        if (token.Kind != kind)
        {
            throw Unexpected(token, context);
        }
    }

    public TemplateException Unexpected(Token token, string context)
    {
        if (token.Kind != TokenKind.Error)
        {
            return Error(token, $"unexpected {token} in {context}");
        }

        string started = _actionLine == 0 || _actionLine == Line(token) ? ""
            : (token.Text.EndsWith(" action", StringComparison.Ordinal) ? "" : " in action") + $" started at :{_actionLine}";
        return Error(token, token.Text + started);
    }

    public TemplateException Error(Token token, string message) => new($":{Line(token)}: {message}");

    private int Line(Token token) => 1 + text.AsSpan(0, Math.Min(token.At, text.Length)).Count('\n');
}
