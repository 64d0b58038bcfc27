using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Brig.Cli.Text;

/// <summary>JSON documents laid out for people, their content unchanged.</summary>
internal static class JsonText
{
    /// <param name="json">A whole document.</param>
    /// <param name="indent">What one level is set in by: tabs or blanks.</param>
    public static string Indent(ReadOnlyMemory<byte> json, string indent)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return Write(indent, document.RootElement.WriteTo);
    }

    /// <summary>What <paramref name="write"/> writes, laid out.</summary>
    public static string Write(string indent, Action<Utf8JsonWriter> write)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, new JsonWriterOptions { Indented = true, IndentCharacter = indent[0], IndentSize = indent.Length, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
