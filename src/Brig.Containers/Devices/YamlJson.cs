using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Brig.Containers.Devices;

/// <summary>Turns a YAML document of plain values into JSON; what JSON has no word for (anchors, tags of one's own) is refused.</summary>
internal static class YamlJson
{
    private const int DepthLimit = 32;

    /// <summary>Throws YamlException with the place where the text is no such document.</summary>
    internal static byte[] Convert(string text)
    {
        Parser parser = new(new StringReader(text));
        parser.Consume<StreamStart>();
        using MemoryStream output = new();
        using (Utf8JsonWriter json = new(output))
        {
            if (parser.TryConsume<StreamEnd>(out _))
            {
                json.WriteNullValue();
            }
            else
            {
                parser.Consume<DocumentStart>();
                Value(parser, json, 0);
            }
        }

        return output.ToArray();
    }

    private static void Value(Parser parser, Utf8JsonWriter json, int depth)
    {
        if (depth > DepthLimit)
        {
            throw new YamlException("it is nested too deeply");
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            json.WriteStartArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                Value(parser, json, depth + 1);
            }

            json.WriteEndArray();
        }
        else if (parser.TryConsume<MappingStart>(out _))
        {
            json.WriteStartObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                json.WritePropertyName(parser.Consume<Scalar>().Value);
                Value(parser, json, depth + 1);
            }

            json.WriteEndObject();
        }
        else
        {
            Write(parser.Consume<Scalar>(), json);
        }
    }

    // The core schema (YAML 1.2, 10.3.2): a plain word may be a number, a truth value or nothing; a quoted one is text.
    private static void Write(Scalar scalar, Utf8JsonWriter json)
    {
        bool isPlain = scalar.Style == ScalarStyle.Plain;
        switch (scalar.Value)
        {
            case "" or "~" or "null" or "Null" or "NULL" when isPlain:
                json.WriteNullValue();
                break;
            case "true" or "True" or "TRUE" when isPlain:
                json.WriteBooleanValue(true);
                break;
            case "false" or "False" or "FALSE" when isPlain:
                json.WriteBooleanValue(false);
                break;
            case var number when isPlain && TryNumber(number, out long value):
                json.WriteNumberValue(value);
                break;
            case var text:
                json.WriteStringValue(text);
                break;
        }
    }

    // Old documents write file modes with a leading zero, in octal digits.
    private static bool TryNumber(string text, out long value)
    {
        string digits = text.StartsWith("0o", StringComparison.Ordinal) ? text[2..] : text.Length > 1 && text[0] == '0' ? text[1..] : "";
        if (digits.Length is > 0 and < 21 && !digits.AsSpan().ContainsAnyExceptInRange('0', '7'))
        {
            value = System.Convert.ToInt64(digits, 8);
            return true;
        }

        return long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out value);
    }
}
