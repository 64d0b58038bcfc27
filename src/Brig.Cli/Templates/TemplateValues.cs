using System.Globalization;
using System.Text;
using System.Text.Json;
using Brig.Cli.Text;

namespace Brig.Cli.Templates;

/// <summary>The values of templates: how JSON becomes one, which are true, how they print.</summary>
internal static class TemplateValues
{
    /// <summary>A scalar comes out of its JSON; objects and arrays stay as they are.</summary>
    public static object? Open(object? value) => value is JsonElement json ? Open(json) : value is int number ? (long)number : value;

    public static object? Open(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => json.TryGetInt64(out long whole) ? whole : json.GetDouble(),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => json,
    };

    public static bool IsTrue(object? value) => value switch
    {
        null or Missing => false,
        bool truth => truth,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        JsonElement { ValueKind: JsonValueKind.Array } array => array.GetArrayLength() > 0,
        JsonElement { ValueKind: JsonValueKind.Object } map => map.GetPropertyCount() > 0,
        IReadOnlyList<object?> list => list.Count > 0,
        _ => true,
    };

    public static string TypeName(object? value) => value switch
    {
        null => "nil",
        bool => "bool",
        long => "int",
        double => "float64",
        string => "string",
        JsonElement { ValueKind: JsonValueKind.Array } => "[]interface {}",
        JsonElement => "map[string]interface {}",
        IReadOnlyList<object?> => "[]string",
        TemplateRecord record => record.TypeName,
        _ => "interface {}",
    };

    /// <summary>The elements of a list of either kind, or null.</summary>
    public static IReadOnlyList<object?>? AsList(object? value) => value switch
    {
        IReadOnlyList<object?> list => list,
        JsonElement { ValueKind: JsonValueKind.Array } array => [.. array.EnumerateArray().Select(Open)],
        _ => null,
    };

    /// <summary>The members of a map, by key, or null.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>>? AsMap(object? value) => value switch
    {
        JsonElement { ValueKind: JsonValueKind.Object } map => [.. map.EnumerateObject()
            .Select(member => KeyValuePair.Create(member.Name, Open(member.Value)))
            .OrderBy(member => member.Key, StringComparer.Ordinal)],
        TemplateRecord record => [.. record.Names.Order(StringComparer.Ordinal)
            .Select(name => KeyValuePair.Create(name, record.TryRead(name, out object? field) ? Open(field) : null))],
        _ => null,
    };

    /// <summary><c>%v</c>.</summary>
    public static string Print(object? value)
    {
        switch (value)
        {
            case null or Missing:
                return "<nil>";
            case string text:
                return text;
            case bool truth:
                return truth ? "true" : "false";
            case long number:
                return number.ToString(CultureInfo.InvariantCulture);
            case double number:
                return GoFloat.Shortest(number);
        }

        StringBuilder composite = new();
        if (AsList(value) is { } list)
        {
            return composite.Append('[').AppendJoin(' ', list.Select(Print)).Append(']').ToString();
        }

        return AsMap(value) is { } map
            ? composite.Append("map[").AppendJoin(' ', map.Select(member => $"{member.Key}:{Print(member.Value)}")).Append(']').ToString()
            : value.ToString() ?? "";
    }
}
