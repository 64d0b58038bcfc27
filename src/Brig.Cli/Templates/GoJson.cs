using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Brig.Cli.Templates;

/// <summary>Writes a template value as JSON, as Docker's <c>json</c> function does: no spaces, HTML characters left alone.</summary>
internal static class GoJson
{
    public static string Write(object? value)
    {
        StringBuilder json = new();
        Write(json, value);
        return json.ToString();
    }

    public static void WriteText(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    json.Append('\\').Append(c);
                    break;
                case '\n':
                    json.Append("\\n");
                    break;
                case '\r':
                    json.Append("\\r");
                    break;
                case '\t':
                    json.Append("\\t");
                    break;
                case '\b':
                    json.Append("\\b");
                    break;
                case '\f':
                    json.Append("\\f");
                    break;
                case < ' ' or '\u2028' or '\u2029':
                    json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default:
                    json.Append(c);
                    break;
            }
        }

        json.Append('"');
    }

    private static void Write(StringBuilder json, object? value)
    {
        switch (value)
        {
            case null or Missing:
                json.Append("null");
                break;
            case string text:
                WriteText(json, text);
                break;
            case JsonElement element:
                Write(json, element);
                break;
            case TemplateRecord:
                Write(json, TemplateValues.AsMap(value)!);
                break;
            case IReadOnlyList<object?> list:
                char before = '[';
                foreach (object? item in list)
                {
                    json.Append(before);
                    Write(json, item);
                    before = ',';
                }

                json.Append(list.Count == 0 ? "[]" : "]");
                break;
            default:
                json.Append(TemplateValues.Print(value));
                break;
        }
    }

    private static void Write(StringBuilder json, IReadOnlyList<KeyValuePair<string, object?>> members)
    {
        char before = '{';
        foreach ((string name, object? value) in members)
        {
            WriteText(json.Append(before), name);
            Write(json.Append(':'), value);
            before = ',';
        }

        json.Append(members.Count == 0 ? "{}" : "}");
    }

    private static void Write(StringBuilder json, JsonElement element)
    {
        char before;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                before = '{';
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    WriteText(json.Append(before), member.Name);
                    Write(json.Append(':'), member.Value);
                    before = ',';
                }

                json.Append(before == '{' ? "{}" : "}");
                break;
            case JsonValueKind.Array:
                before = '[';
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Write(json.Append(before), item);
                    before = ',';
                }

                json.Append(before == '[' ? "[]" : "]");
                break;
            case JsonValueKind.String:
                WriteText(json, element.GetString()!);
                break;
            default:
                json.Append(element.ValueKind == JsonValueKind.Undefined ? "null" : element.GetRawText());
                break;
        }
    }
}
