using Brig.Cli.Templates.Nodes;

namespace Brig.Cli.Templates;

/// <summary>Statements of a template: text, actions, branches, definitions. Pipelines are read by <see cref="PipelineParser"/>.</summary>
internal sealed class TemplateParser
{
    private readonly TokenStream _tokens;
    private readonly PipelineParser _pipelines;
    private readonly Dictionary<string, IReadOnlyList<Node>> _definitions = new(StringComparer.Ordinal);
    private int _loops;
    private int _depth;

    public TemplateParser(string text)
    {
        _tokens = new TokenStream(text);
        _pipelines = new PipelineParser(_tokens);
    }

    public Dictionary<string, IReadOnlyList<Node>> Parse()
    {
        IReadOnlyList<Node> main = ReadList(out Token end);
        if (end.Kind != TokenKind.End)
        {
            throw _tokens.Error(end, $"unexpected {{{{{end.Text}}}}}");
        }

        _definitions[""] = main;
        return _definitions;
    }

    /// <summary>Reads up to <c>end</c>, <c>else</c> or the end of the text, and takes that word (with the delimiter behind an <c>end</c>).</summary>
    private List<Node> ReadList(out Token end)
    {
        if (++_depth > TokenStream.DeepestNesting)
        {
            throw _tokens.Error(_tokens.Peek(), "too deeply nested");
        }

        List<Node> nodes = [];
        while (true)
        {
            Token token = _tokens.Next();
            switch (token.Kind)
            {
                case TokenKind.Text:
                    nodes.Add(new TextNode(token.At, token.Text));
                    break;
                case TokenKind.End:
                    end = token;
                    _depth--;
                    return nodes;
                case TokenKind.LeftDelimiter:
                    _tokens.BeginAction(token);
                    if (_tokens.PeekPastSpace() is { Kind: TokenKind.Keyword, Text: "end" or "else" })
                    {
                        end = _tokens.NextPastSpace();
                        if (end.Text == "end")
                        {
                            _tokens.Expect(TokenKind.RightDelimiter, "end");
                        }

                        _depth--;
                        return nodes;
                    }

                    if (ReadAction() is { } node)
                    {
                        nodes.Add(node);
                    }

                    break;
                default:
                    throw _tokens.Unexpected(token, "input");
            }
        }
    }

    private Node? ReadAction()
    {
        Token token = _tokens.PeekPastSpace();
        if (token.Kind != TokenKind.Keyword)
        {
            return new ActionNode(token.At, _pipelines.Read("command", TokenKind.RightDelimiter));
        }

        _tokens.NextPastSpace();
        switch (token.Text)
        {
            case "if":
                return ReadBranch(token, BranchKind.If);
            case "with":
                return ReadBranch(token, BranchKind.With);
            case "range":
                return ReadBranch(token, BranchKind.Range);
            case "break" or "continue":
                return ReadLeave(token);
            case "template":
                return ReadCall("template clause");
            case "block":
                return ReadBlock(token);
            default:
                ReadDefinition(token);
                return null;
        }
    }

    private BranchNode ReadBranch(Token start, BranchKind kind)
    {
        string word = start.Text;
        int variables = _pipelines.VariableCount;
        PipeNode pipe = _pipelines.Read(word, TokenKind.RightDelimiter);
        _loops += kind == BranchKind.Range ? 1 : 0;
        IReadOnlyList<Node> body = ReadList(out Token end);
        _loops -= kind == BranchKind.Range ? 1 : 0;
        IReadOnlyList<Node>? otherwise = null;
        if (end.Text == "else")
        {
            otherwise = ReadElse(kind);
        }
        else if (end.Kind == TokenKind.End)
        {
            throw _tokens.Error(end, "unexpected EOF");
        }

        _pipelines.ForgetVariables(variables);
        return new BranchNode(pipe.At, kind, pipe, body, otherwise);
    }

    private List<Node> ReadElse(BranchKind kind)
    {
        // {{else if x}} is {{else}}{{if x}} with one {{end}} for both; so is {{else with x}}.
        string same = kind == BranchKind.If ? "if" : "with";
        if (kind != BranchKind.Range && _tokens.PeekPastSpace() is { Kind: TokenKind.Keyword } next && next.Text == same)
        {
            if (++_depth > TokenStream.DeepestNesting)
            {
                throw _tokens.Error(next, "too deeply nested");
            }

            _tokens.NextPastSpace();
            List<Node> chained = [ReadBranch(next, kind)];
            _depth--;
            return chained;
        }

        _tokens.Expect(TokenKind.RightDelimiter, "else");
        List<Node> body = ReadList(out Token end);
        if (end.Text != "end")
        {
            throw end.Kind == TokenKind.End
                ? _tokens.Error(end, "unexpected EOF")
                : _tokens.Error(end, "expected end; found {{else}}");
        }

        return body;
    }

    private LeaveNode ReadLeave(Token word)
    {
        Token next = _tokens.NextPastSpace();
        if (next.Kind != TokenKind.RightDelimiter)
        {
            throw _tokens.Unexpected(next, $"{{{{{word.Text}}}}}");
        }

        return _loops > 0 ? new LeaveNode(word.At, word.Text == "continue") : throw _tokens.Error(next, $"{{{{{word.Text}}}}} outside {{{{range}}}}");
    }

    private CallNode ReadCall(string context)
    {
        int at = _tokens.PeekPastSpace().At;
        string name = ReadName(context);
        PipeNode? pipe = null;
        if (_tokens.PeekPastSpace().Kind == TokenKind.RightDelimiter)
        {
            _tokens.NextPastSpace();
        }
        else
        {
            pipe = _pipelines.Read(context, TokenKind.RightDelimiter);
        }

        return new CallNode(at, name, pipe);
    }

    private CallNode ReadBlock(Token start)
    {
        string name = ReadName("block clause");
        PipeNode pipe = _pipelines.Read("block clause", TokenKind.RightDelimiter);
        ReadDefinitionBody(name, "block clause");
        return new CallNode(start.At, name, pipe);
    }

    private void ReadDefinition(Token start)
    {
        if (_depth > 1)
        {
            throw _tokens.Unexpected(start, "command");
        }

        string name = ReadName("define clause");
        _tokens.Expect(TokenKind.RightDelimiter, "define clause");
        ReadDefinitionBody(name, "define clause");
    }

    private void ReadDefinitionBody(string name, string context)
    {
        int variables = _pipelines.HideVariables();
        int loops = _loops;
        _loops = 0;
        _definitions[name] = ReadList(out Token end);
        _loops = loops;
        _pipelines.ShowVariables(variables);
        if (end.Text != "end")
        {
            throw _tokens.Error(end, end.Kind == TokenKind.End ? "unexpected EOF" : $"unexpected {{{{{end.Text}}}}} in {context}");
        }
    }

    private string ReadName(string context)
    {
        Token token = _tokens.NextPastSpace();
        return token.Kind is TokenKind.Quoted or TokenKind.Raw && StringLiteral.TryUnquote(token.Text, out string name)
            ? name
            : throw _tokens.Unexpected(token, context);
    }
}
