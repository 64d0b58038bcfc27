using System.Text;
using System.Text.Json;

namespace Brig.Builds.Dockerfiles;

/// <summary>The exec form: a JSON array of strings.</summary>
internal static class JsonStrings
{
    /// <summary>Null where the text is no JSON array; throws where it is one of other things than strings.</summary>
    internal static List<string>? TryParse(string text)
    {
        if (!text.StartsWith('['))
        {
            return null;
        }

        List<string> strings = [];
        bool others = false;
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(text));
        try
        {
            reader.Read();
            while (reader.Read() && reader.CurrentDepth > 0)
            {
                if (reader.TokenType == JsonTokenType.String)
                {
                    strings.Add(reader.GetString() ?? "");
                }
                else
                {
                    others = true;
                }
            }

            // What follows the array makes the whole no JSON.
            reader.Read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // the latter: an escaped half of a surrogate pair
        {
            return null;
        }

        return others ? throw BrigException.Invalid("when using JSON array syntax, arrays must be comprised of strings only") : strings;
    }
}
