using Brig.Cli.Templates.Nodes;
using Brig.Cli.Text;

namespace Brig.Cli.Templates;

/// <summary>Pipelines: commands, operands, and the variables that are known where they stand.</summary>
internal sealed class PipelineParser(TokenStream tokens)
{
    private readonly List<string> _variables = ["$"];
    private int _firstVisible;
    private int _depth;

    public int VariableCount => _variables.Count;

    public void ForgetVariables(int count) => _variables.RemoveRange(count, _variables.Count - count);

    /// <summary>A definition sees only its own variables.</summary>
    public int HideVariables()
    {
        int first = _firstVisible;
        _firstVisible = _variables.Count;
        _variables.Add("$");
        return first;
    }

    public void ShowVariables(int first)
    {
        ForgetVariables(_firstVisible);
        _firstVisible = first;
    }

    public PipeNode Read(string context, TokenKind end)
    {
        if (++_depth > TokenStream.DeepestNesting)
        {
            throw tokens.Error(tokens.Peek(), "too deeply nested");
        }

        int at = tokens.PeekPastSpace().At;
        List<string> variables = [];
        bool assigns = ReadDeclarations(variables, context);
        List<CommandNode> commands = [];
        while (true)
        {
            Token token = tokens.PeekPastSpace();
            if (token.Kind == end)
            {
                tokens.Next();
                Check(commands, token, context);
                _depth--;
                return new PipeNode(at, variables, assigns, commands);
            }

            if (token.Kind is not (TokenKind.Bool or TokenKind.Character or TokenKind.Dot or TokenKind.Field or TokenKind.Identifier or TokenKind.Number
                or TokenKind.Nil or TokenKind.Raw or TokenKind.Quoted or TokenKind.Variable or TokenKind.LeftParenthesis))
            {
                throw tokens.Unexpected(token, context);
            }

            commands.Add(ReadCommand());
        }
    }

    private void Check(List<CommandNode> commands, Token end, string context)
    {
        if (commands.Count == 0)
        {
            throw tokens.Error(end, $"missing value for {context}");
        }

        for (int stage = 1; stage < commands.Count; stage++)
        {
            if (commands[stage].Words[0] is LiteralNode or DotNode or NilNode)
            {
                throw tokens.Error(end, $"non executable command in pipeline stage {stage + 1}");
            }
        }
    }

    private bool ReadDeclarations(List<string> variables, string context)
    {
        while (tokens.PeekPastSpace() is { Kind: TokenKind.Variable } variable)
        {
            int mark = tokens.Mark();
            tokens.Next();
            Token next = tokens.PeekPastSpace();
            switch (next.Kind)
            {
                case TokenKind.Assign or TokenKind.Declare:
                    tokens.Next();
                    variables.Add(variable.Text);
                    if (next.Kind == TokenKind.Assign)
                    {
                        return true;
                    }

                    _variables.Add(variable.Text);
                    return false;
                case TokenKind.Comma:
                    tokens.Next();
                    variables.Add(variable.Text);
                    _variables.Add(variable.Text);
                    if (context != "range" || variables.Count > 1)
                    {
                        throw tokens.Error(next, $"too many declarations in {context}");
                    }

                    if (tokens.PeekPastSpace().Kind is not (TokenKind.Variable or TokenKind.RightDelimiter or TokenKind.RightParenthesis))
                    {
                        throw tokens.Error(next, "range can only initialize variables");
                    }

                    break;
                default:
                    tokens.Return(mark);
                    return false;
            }
        }

        return false;
    }

    private CommandNode ReadCommand()
    {
        int at = tokens.PeekPastSpace().At;
        List<Node> words = [];
        while (true)
        {
            tokens.PeekPastSpace();
            if (ReadOperand() is { } operand)
            {
                words.Add(operand);
            }

            Token token = tokens.Peek();
            if (token.Kind is TokenKind.Space or TokenKind.Pipe)
            {
                tokens.Next();
            }
            else if (token.Kind is not (TokenKind.RightDelimiter or TokenKind.RightParenthesis))
            {
                throw tokens.Unexpected(token, "operand");
            }

            if (token.Kind != TokenKind.Space)
            {
                return words.Count > 0 ? new CommandNode(at, words) : throw tokens.Error(token, "empty command");
            }
        }
    }

    private Node? ReadOperand()
    {
        Node? term = ReadTerm();
        if (term is null || tokens.Peek().Kind != TokenKind.Field)
        {
            return term;
        }

        Token first = tokens.Peek();
        List<string> fields = [];
        while (tokens.Peek().Kind == TokenKind.Field)
        {
            fields.Add(tokens.Next().Text[1..]);
        }

        return term switch
        {
            FieldNode field => new FieldNode(first.At, [.. field.Names, .. fields]),
            VariableNode variable => new VariableNode(first.At, variable.Name, [.. variable.Fields, .. fields]),
            LiteralNode or NilNode or DotNode => throw tokens.Error(first, $"unexpected . after term {GoQuote.Quote(term.ToString())}"),
            _ => new ChainNode(first.At, term, fields),
        };
    }

    private Node? ReadTerm()
    {
        Token token = tokens.PeekPastSpace();
        switch (token.Kind)
        {
            case TokenKind.Identifier:
                tokens.Next();
                return TemplateFunctions.Exists(token.Text)
                    ? new FunctionNode(token.At, token.Text)
                    : throw tokens.Error(token, $"function {GoQuote.Quote(token.Text)} not defined");
            case TokenKind.Dot:
                tokens.Next();
                return new DotNode(token.At);
            case TokenKind.Nil:
                tokens.Next();
                return new NilNode(token.At);
            case TokenKind.Variable:
                tokens.Next();
                RequireKnown(token);
                return new VariableNode(token.At, token.Text, []);
            case TokenKind.Field:
                tokens.Next();
                return new FieldNode(token.At, [token.Text[1..]]);
            case TokenKind.Bool:
                tokens.Next();
                return new LiteralNode(token.At, token.Text, token.Text == "true");
            case TokenKind.Number:
                tokens.Next();
                return NumberLiteral.TryParse(token.Text, out object number)
                    ? new LiteralNode(token.At, token.Text, number)
                    : throw tokens.Error(token, $"illegal number syntax: {GoQuote.Quote(token.Text)}");
            case TokenKind.Character or TokenKind.Quoted or TokenKind.Raw:
                tokens.Next();
                return ReadText(token);
            case TokenKind.LeftParenthesis:
                tokens.Next();
                return Read("parenthesized pipeline", TokenKind.RightParenthesis);
            default:
                return null;
        }
    }

    private LiteralNode ReadText(Token token)
    {
        if (!StringLiteral.TryUnquote(token.Text, out string text))
        {
            throw tokens.Error(token, token.Kind == TokenKind.Character ? $"malformed character constant: {token.Text}" : "invalid syntax");
        }

        if (token.Kind != TokenKind.Character)
        {
            return new LiteralNode(token.At, token.Text, text);
        }

        System.Text.Rune[] runes = [.. text.EnumerateRunes()];
        return runes.Length == 1
            ? new LiteralNode(token.At, token.Text, (long)runes[0].Value)
            : throw tokens.Error(token, $"malformed character constant: {token.Text}");
    }

    private void RequireKnown(Token variable)
    {
        if (_variables.IndexOf(variable.Text, _firstVisible) < 0)
        {
            throw tokens.Error(variable, $"undefined variable {GoQuote.Quote(variable.Text)}");
        }
    }
}
