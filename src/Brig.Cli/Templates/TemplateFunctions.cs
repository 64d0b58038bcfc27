using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Brig.Cli.Templates;

/// <summary>The functions that templates may call: Go's own and those that Docker adds.</summary>
internal static class TemplateFunctions
{
    public static bool Exists(string name) => name is "and" or "or" or "not" or "call" or "html" or "js" or "urlquery" or "index" or "slice" or "len"
        or "print" or "printf" or "println" or "eq" or "ne" or "lt" or "le" or "gt" or "ge"
        or "json" or "split" or "join" or "title" or "lower" or "upper" or "pad" or "truncate";

    /// <summary>Everything but <c>and</c> and <c>or</c>, whose arguments are not all evaluated.</summary>
    public static object? Call(string name, IReadOnlyList<object?> arguments)
    {
        switch (name)
        {
            case "print":
                return Print(arguments);
            case "println":
                return string.Join(' ', arguments.Select(TemplateValues.Print)) + "\n";
            case "printf":
                return arguments.Count == 0
                    ? throw WrongCount(name, "at least 1", 0)
                    : Templates.Printf.Format(TextAt(arguments, 0), [.. arguments.Skip(1)]);
            case "html":
                return WebUtility.HtmlEncode(Print(arguments)).Replace("&quot;", "&#34;", StringComparison.Ordinal);
            case "urlquery":
                return Uri.EscapeDataString(Print(arguments)).Replace("%20", "+", StringComparison.Ordinal);
            case "js":
                return Print(arguments).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)
                    .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\u000A", StringComparison.Ordinal)
                    .Replace("<", "\\u003C", StringComparison.Ordinal).Replace(">", "\\u003E", StringComparison.Ordinal)
                    .Replace("&", "\\u0026", StringComparison.Ordinal).Replace("=", "\\u003D", StringComparison.Ordinal);
            case "eq":
                return arguments.Count == 0 ? throw WrongCount(name, "at least 1", 0) : Comparison.EqualsAny(arguments);
            case "index":
                return arguments.Count == 0 ? throw WrongCount(name, "at least 1", 0) : Index(arguments);
            case "slice":
                return arguments.Count == 0 ? throw WrongCount(name, "at least 1", 0) : Slice(arguments);
            case "call":
                throw new FunctionFailure(arguments is [null] ? "call of nil" : "call of non-function");
        }

        Require(name, arguments, name is "not" or "len" or "json" or "title" or "lower" or "upper" ? 1 : name == "pad" ? 3 : 2);
        return name switch
        {
            "not" => !TemplateValues.IsTrue(arguments[0]),
            "len" => Length(arguments[0]),
            "json" => GoJson.Write(arguments[0]),
            "ne" => !Comparison.AreEqual(arguments[0], arguments[1]),
            "lt" => Comparison.Order(arguments[0], arguments[1]) < 0,
            "le" => Comparison.Order(arguments[0], arguments[1]) <= 0,
            "gt" => Comparison.Order(arguments[0], arguments[1]) > 0,
            "ge" => Comparison.Order(arguments[0], arguments[1]) >= 0,
            "lower" => TextAt(arguments, 0).ToLowerInvariant(),
            "upper" => TextAt(arguments, 0).ToUpperInvariant(),
            "title" => Title(TextAt(arguments, 0)),
            "split" => Split(TextAt(arguments, 0), TextAt(arguments, 1)),
            "join" => Join(arguments),
            "truncate" => Truncate(TextAt(arguments, 0), WholeAt(arguments, 1)),
            _ => Pad(TextAt(arguments, 0), WholeAt(arguments, 1), WholeAt(arguments, 2)),
        };
    }

    /// <summary>Values side by side; a blank stands between two that are no text.</summary>
    private static string Print(IReadOnlyList<object?> arguments)
    {
        StringBuilder text = new();
        for (int i = 0; i < arguments.Count; i++)
        {
            text.Append(i > 0 && arguments[i] is not string && arguments[i - 1] is not string ? " " : "").Append(TemplateValues.Print(arguments[i]));
        }

        return text.ToString();
    }

    private static object? Index(IReadOnlyList<object?> arguments)
    {
        object? item = arguments[0];
        foreach (object? key in arguments.Skip(1))
        {
            item = item switch
            {
                null => throw new FunctionFailure("index of untyped nil"),
                Missing missing => throw new FunctionFailure($"map has no entry for key \"{missing.Name}\""),
                string text => (long)Encoding.UTF8.GetBytes(text)[Position(key, Encoding.UTF8.GetByteCount(text))],
                JsonElement { ValueKind: JsonValueKind.Object } map => Member(map, key),
                _ when TemplateValues.AsList(item) is { } list => list[Position(key, list.Count, "reflect: slice index out of range")],
                _ => throw new FunctionFailure($"can't index item of type {TemplateValues.TypeName(item)}"),
            };
        }

        return item;
    }

    /// <summary>A key that a map does not have gives the zero of its values: no text in a map of texts, else nothing.</summary>
    private static object? Member(JsonElement map, object? key)
    {
        if (key is not string name)
        {
            throw new FunctionFailure(key is null ? "value is nil; should be of type string" : $"value has type {TemplateValues.TypeName(key)}; should be string");
        }

        return map.TryGetProperty(name, out JsonElement member) ? TemplateValues.Open(member) : Evaluator.HoldsTextOnly(map) ? "" : null;
    }

    private static int Position(object? key, int count, string? outside = null)
    {
        if (key is not long position)
        {
            throw new FunctionFailure(key is null ? "cannot index slice/array with nil" : $"cannot index slice/array with type {TemplateValues.TypeName(key)}");
        }

        return position >= 0 && position < count ? (int)position : throw new FunctionFailure(position >= 0 && outside is not null ? outside : $"index out of range: {position}");
    }

    private static object Slice(IReadOnlyList<object?> arguments)
    {
        byte[]? text = arguments[0] is string source ? Encoding.UTF8.GetBytes(source) : null;
        IReadOnlyList<object?>? list = TemplateValues.AsList(arguments[0]);
        int count = text?.Length ?? list?.Count
            ?? throw new FunctionFailure(arguments[0] is null ? "slice of untyped nil" : $"can't slice item of type {TemplateValues.TypeName(arguments[0])}");
        if (arguments.Count > 4 || (text is not null && arguments.Count > 3))
        {
            throw new FunctionFailure(text is not null ? "cannot 3-index slice a string" : $"too many slice indexes: {arguments.Count - 1}");
        }

        int from = arguments.Count > 1 ? Position(arguments[1], count + 1) : 0;
        int to = arguments.Count > 2 ? Position(arguments[2], count + 1) : count;
        if (from > to)
        {
            throw new FunctionFailure($"invalid slice index: {from} > {to}");
        }

        return text is not null ? Encoding.UTF8.GetString(text, from, to - from) : (object)list!.Skip(from).Take(to - from).ToList();
    }

    private static long Length(object? value) => value switch
    {
        string text => Encoding.UTF8.GetByteCount(text),
        null => throw new FunctionFailure("reflect: call of reflect.Value.Type on zero Value"),
        JsonElement { ValueKind: JsonValueKind.Array } array => array.GetArrayLength(),
        IReadOnlyList<object?> list => list.Count,
        JsonElement map => map.GetPropertyCount(),
        _ => throw new FunctionFailure($"len of type {TemplateValues.TypeName(value)}"),
    };

    private static string Title(string text)
    {
        StringBuilder title = new(text.Length);
        char before = ' ';
        foreach (char c in text)
        {
            bool inside = char.IsLetterOrDigit(before) || before == '_' || (before > '\x7f' && !char.IsWhiteSpace(before));
            title.Append(inside ? c : char.ToUpperInvariant(c));
            before = c;
        }

        return title.ToString();
    }

    private static List<object?> Split(string text, string separator) => separator.Length == 0
        ? [.. text.EnumerateRunes().Select(rune => rune.ToString())]
        : [.. text.Split(separator)];

    private static string Join(IReadOnlyList<object?> arguments)
    {
        IReadOnlyList<object?> list = TemplateValues.AsList(arguments[0]) ?? throw WrongType("[]string", arguments, 0);
        return string.Join(TextAt(arguments, 1), list.Select(TemplateValues.Print));
    }

    private static string Truncate(string text, long length)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (length < 0)
        {
            throw new FunctionFailure($"runtime error: slice bounds out of range [:{length}]");
        }

        return bytes.Length < length ? text : Encoding.UTF8.GetString(bytes, 0, (int)length);
    }

    private static string Pad(string text, long before, long after)
    {
        if (text.Length == 0)
        {
            return text;
        }

        if (before is < 0 or > 1_000_000 || after is < 0 or > 1_000_000)
        {
            throw new FunctionFailure("strings: negative Repeat count");
        }

        return new string(' ', (int)before) + text + new string(' ', (int)after);
    }

    private static string TextAt(IReadOnlyList<object?> arguments, int position) =>
        arguments[position] as string ?? throw WrongType("string", arguments, position);

    private static long WholeAt(IReadOnlyList<object?> arguments, int position) => arguments[position] switch
    {
        long number => number,
        double number when Math.Floor(number) == number && Math.Abs(number) < 1e15 => (long)number,
        _ => throw WrongType("int", arguments, position),
    };

    private static void Require(string name, IReadOnlyList<object?> arguments, int count)
    {
        if (arguments.Count != count)
        {
            throw WrongCount(name, count.ToString(CultureInfo.InvariantCulture), arguments.Count);
        }
    }

    private static FunctionFailure WrongCount(string name, string want, int got) => new($"wrong number of args for {name}: want {want} got {got}") { Argument = -1 };

    private static FunctionFailure WrongType(string want, IReadOnlyList<object?> arguments, int position)
    {
        string message = arguments[position] switch
        {
            null => $"invalid value; expected {want}",
            Missing missing => $"map has no entry for key \"{missing.Name}\"",
            object got => $"wrong type for value; expected {want}; got {TemplateValues.TypeName(got)}",
        };
        return new FunctionFailure(message) { Argument = position, Wanted = want };
    }
}
