using System.Text;
using System.Text.Json;
using Brig.Cli.Templates.Nodes;
using Brig.Cli.Text;

namespace Brig.Cli.Templates;

/// <summary>One run of a template over one value.</summary>
internal sealed class Evaluator(string source, Dictionary<string, IReadOnlyList<Node>> definitions, StringBuilder output, object? data)
{
    private const int DeepestWalk = 700;
    private List<(string Name, object? Value)> _variables = [("$", data)];
    private int _depth;
    private string _name = "";

    private enum Leaving
    {
        No,
        Breaks,
        Continues,
    }

    /// <summary>Whether functions that change letters or length give back their first argument.</summary>
    public bool KeepsLetters { get; init; }

    public void Run() => Walk(definitions[""], data);

    /// <summary>Whether a JSON object looks like a map of texts: labels, options, environment.</summary>
    public static bool HoldsTextOnly(JsonElement map)
    {
        foreach (JsonProperty member in map.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String)
            {
                return false;
            }
        }

        return true;
    }

    private Leaving Walk(IReadOnlyList<Node> nodes, object? dot)
    {
        if (++_depth > DeepestWalk)
        {
            throw Fail(nodes.Count > 0 ? nodes[0] : new DotNode(0), "exceeded maximum template depth (100000)");
        }

        Leaving leaving = WalkOn(nodes, dot);
        _depth--;
        return leaving;
    }

    private Leaving WalkOn(IReadOnlyList<Node> nodes, object? dot)
    {
        foreach (Node node in nodes)
        {
            Leaving leaving = Leaving.No;
            switch (node)
            {
                case TextNode text:
                    output.Append(text.Text);
                    break;
                case ActionNode action:
                    object? value = Evaluate(action.Pipe, dot);
                    if (action.Pipe.Variables.Count == 0)
                    {
                        Print(action.Pipe, value);
                    }

                    break;
                case BranchNode branch:
                    leaving = branch.Kind == BranchKind.Range ? Range(branch, dot) : Branch(branch, dot);
                    break;
                case LeaveNode leave:
                    return leave.Continues ? Leaving.Continues : Leaving.Breaks;
                case CallNode call:
                    CallDefinition(call, dot);
                    break;
            }

            if (leaving != Leaving.No)
            {
                return leaving;
            }
        }

        return Leaving.No;
    }

    private void Print(Node at, object? value)
    {
        if (value is Missing { InMap: false } missing)
        {
            throw Fail(Last(at), NoEntry(missing));
        }

        output.Append(value is null or Missing ? "<no value>" : TemplateValues.Print(value));
    }

    private Leaving Branch(BranchNode branch, object? dot)
    {
        int variables = _variables.Count;
        object? value = Evaluate(branch.Pipe, dot);
        Leaving leaving = Leaving.No;
        if (TemplateValues.IsTrue(value))
        {
            leaving = Walk(branch.Body, branch.Kind == BranchKind.With ? value : dot);
        }
        else if (branch.Otherwise is not null)
        {
            leaving = Walk(branch.Otherwise, dot);
        }

        Forget(variables);
        return leaving;
    }

    private Leaving Range(BranchNode branch, object? dot)
    {
        int variables = _variables.Count;
        object? value = EvaluateCommands(branch.Pipe, dot);
        IEnumerable<(object? Key, object? Value)> items = Items(branch.Pipe, value);
        Leaving leaving = Leaving.No;
        bool any = false;
        foreach ((object? key, object? item) in items)
        {
            any = true;
            BindRange(branch.Pipe, key, item);
            Leaving left = Walk(branch.Body, item);
            if (!branch.Pipe.Assigns)
            {
                Forget(variables);
            }

            if (left == Leaving.Breaks)
            {
                break;
            }
        }

        if (!any && branch.Otherwise is not null)
        {
            leaving = Walk(branch.Otherwise, dot);
        }

        Forget(variables);
        return leaving;
    }

    private IEnumerable<(object? Key, object? Value)> Items(PipeNode pipe, object? value)
    {
        if (TemplateValues.AsList(value) is { } list)
        {
            return list.Select((item, position) => ((object?)(long)position, item));
        }

        if (value is not TemplateRecord && TemplateValues.AsMap(value) is { } map)
        {
            return map.Select(member => ((object?)member.Key, member.Value));
        }

        return value switch
        {
            null or Missing => [],
            long count => Count(count),
            _ => throw Fail(Last(pipe), $"range can't iterate over {TemplateValues.Print(value)}"),
        };
    }

    private static IEnumerable<(object? Key, object? Value)> Count(long count)
    {
        for (long i = 0; i < count; i++)
        {
            yield return (i, i);
        }
    }

    private void BindRange(PipeNode pipe, object? key, object? item)
    {
        for (int i = 0; i < pipe.Variables.Count; i++)
        {
            object? value = pipe.Variables.Count == 2 && i == 0 ? key : item;
            if (pipe.Assigns)
            {
                Assign(pipe, pipe.Variables[i], value);
            }
            else
            {
                _variables.Add((pipe.Variables[i], value));
            }
        }
    }

    private void CallDefinition(CallNode call, object? dot)
    {
        if (!definitions.TryGetValue(call.Name, out IReadOnlyList<Node>? body) || call.Name.Length == 0)
        {
            throw Fail(call, $"template {GoQuote.Quote(call.Name)} not defined");
        }

        object? value = call.Pipe is null ? null : Evaluate(call.Pipe, dot);
        (List<(string Name, object? Value)> variables, string name) = (_variables, _name);
        (_variables, _name) = ([("$", value)], call.Name);
        Walk(body, value);
        (_variables, _name) = (variables, name);
    }

    private object? Evaluate(PipeNode pipe, object? dot)
    {
        object? value = EvaluateCommands(pipe, dot);
        foreach (string variable in pipe.Variables)
        {
            if (pipe.Assigns)
            {
                Assign(pipe, variable, value);
            }
            else
            {
                _variables.Add((variable, value));
            }
        }

        return value;
    }

    private object? EvaluateCommands(PipeNode pipe, object? dot)
    {
        object? value = null;
        for (int stage = 0; stage < pipe.Commands.Count; stage++)
        {
            value = Evaluate(pipe.Commands[stage], dot, stage > 0, value);
        }

        return value;
    }

    private object? Evaluate(CommandNode command, object? dot, bool piped, object? last)
    {
        Node first = command.Words[0];
        bool hasArguments = command.Words.Count > 1 || piped;
        switch (first)
        {
            case FunctionNode function:
                return Call(function, command, dot, piped, last);
            case FieldNode field:
                return ReadFields(field, dot, field.Names, hasArguments ? Arguments(command, dot, piped, last) : null);
            case VariableNode variable:
                return ReadFields(variable, Lookup(variable.Name), variable.Fields, hasArguments ? Arguments(command, dot, piped, last) : null);
            case ChainNode chain:
                return ReadFields(chain, Operand(chain.Inner, dot), chain.Fields, hasArguments ? Arguments(command, dot, piped, last) : null);
            case NilNode when !hasArguments:
                throw Fail(command, "nil is not a command");
        }

        return hasArguments ? throw Fail(first, $"can't give argument to non-function {(first is PipeNode ? $"({first})" : first.ToString())}") : Operand(first, dot);
    }

    private List<object?> Arguments(CommandNode command, object? dot, bool piped, object? last)
    {
        List<object?> arguments = [.. command.Words.Skip(1).Select(word => Operand(word, dot))];
        if (piped)
        {
            arguments.Add(last);
        }

        return arguments;
    }

    private object? Operand(Node node, object? dot) => node switch
    {
        DotNode => dot,
        NilNode => null,
        LiteralNode literal => literal.Value,
        PipeNode pipe => Evaluate(pipe, dot),
        FieldNode field => ReadFields(field, dot, field.Names, null),
        VariableNode variable => ReadFields(variable, Lookup(variable.Name), variable.Fields, null),
        ChainNode chain => ReadFields(chain, Operand(chain.Inner, dot), chain.Fields, null),
        FunctionNode function => Call(function, new CommandNode(function.At, [function]), dot, false, null),
        _ => throw Fail(node, "can't handle it"),
    };

    private object? Call(FunctionNode function, CommandNode command, object? dot, bool piped, object? last)
    {
        if (function.Name is "and" or "or")
        {
            return CallLogic(function, command, dot, piped, last);
        }

        List<object?> arguments = Arguments(command, dot, piped, last);
        if (KeepsLetters && arguments.Count > 0 && (function.Name is "json" or "title" or "lower" or "upper" or "truncate"))
        {
            return arguments[0];
        }

        try
        {
            return TemplateFunctions.Call(function.Name, arguments);
        }
        catch (FunctionFailure failure)
        {
            throw failure.Argument is { } argument ? FailArgument(function, command, argument, failure)
                : Fail(command, $"error calling {function.Name}: {failure.Message}");
        }
    }

    private TemplateException FailArgument(FunctionNode function, CommandNode command, int argument, FunctionFailure failure)
    {
        Node at = argument >= 0 && argument + 1 < command.Words.Count ? command.Words[argument + 1] : function;
        string kind = failure.Wanted == "int" ? "integer" : failure.Wanted;
        return Fail(at, at switch
        {
            LiteralNode literal when failure.Wanted.Length > 0 => $"expected {kind}; found {literal.Source}",
            NilNode when failure.Wanted.Length > 0 => $"cannot assign nil to {failure.Wanted}",
            _ => failure.Message,
        });
    }

    private object? CallLogic(FunctionNode function, CommandNode command, object? dot, bool piped, object? last)
    {
        if (command.Words.Count == 1 && !piped)
        {
            throw Fail(function, $"wrong number of args for {function.Name}: want at least 1 got 0");
        }

        bool wanted = function.Name == "or";
        object? value = last;
        foreach (Node word in command.Words.Skip(1))
        {
            value = Operand(word, dot);
            if (TemplateValues.IsTrue(value) == wanted)
            {
                return value;
            }
        }

        return piped ? last : value;
    }

    private object? ReadFields(Node at, object? value, IReadOnlyList<string> names, List<object?>? arguments)
    {
        for (int i = 0; i < names.Count; i++)
        {
            value = ReadField(at, value, names[i], i == names.Count - 1 ? arguments : null);
        }

        return names.Count == 0 && arguments is not null ? throw Fail(at, $"can't give argument to non-function {at}") : value;
    }

    private object? ReadField(Node at, object? value, string name, List<object?>? arguments)
    {
        if (value is TemplateRecord record)
        {
            if (arguments is not null && record.TryCall(name, arguments, out object? result))
            {
                return TemplateValues.Open(result);
            }

            return !record.TryRead(name, out object? field) ? throw Fail(at, $"can't evaluate field {name} in type {record.TypeName}")
                : arguments is not null ? throw Fail(at, $"wrong number of args for {name}: want 0 got {arguments.Count}")
                : TemplateValues.Open(field);
        }

        if (arguments is not null)
        {
            throw Fail(at, $"{name} has arguments but cannot be invoked as function");
        }

        return value switch
        {
            JsonElement { ValueKind: JsonValueKind.Object } map => map.TryGetProperty(name, out JsonElement member)
                ? TemplateValues.Open(member)
                : new Missing(name, HoldsTextOnly(map)),
            Missing missing => throw Fail(at, NoEntry(missing)),
            null => throw Fail(at, $"nil data; no entry for key {GoQuote.Quote(name)}"),
            _ => throw Fail(at, $"can't evaluate field {name} in type {(value is JsonElement ? "interface {}" : TemplateValues.TypeName(value))}"),
        };
    }

    private object? Lookup(string name)
    {
        for (int i = _variables.Count - 1; i >= 0; i--)
        {
            if (_variables[i].Name == name)
            {
                return _variables[i].Value;
            }
        }

        return null;
    }

    private void Assign(PipeNode pipe, string name, object? value)
    {
        for (int i = _variables.Count - 1; i >= 0; i--)
        {
            if (_variables[i].Name == name)
            {
                _variables[i] = (name, value);
                return;
            }
        }

        throw Fail(Last(pipe), $"undefined variable: {name}");
    }

    private void Forget(int count)
    {
        if (_variables.Count > count)
        {
            _variables.RemoveRange(count, _variables.Count - count);
        }
    }

    private static string NoEntry(Missing missing) => $"map has no entry for key {GoQuote.Quote(missing.Name)}";

    /// <summary>The operand that a pipeline of one word is, so that an error points at it.</summary>
    private static Node Last(Node node) => node is PipeNode { Commands: [{ Words: [Node only] }] } ? only : node;

    private TemplateException Fail(Node at, string reason)
    {
        ReadOnlySpan<char> before = source.AsSpan(0, Math.Min(at.At, source.Length));
        int line = 1 + before.Count('\n');
        int column = Encoding.UTF8.GetByteCount(before[(before.LastIndexOf('\n') + 1)..]);
        return new TemplateException($":{line}:{column}: executing {GoQuote.Quote(_name)} at <{at}>: {reason}");
    }
}
