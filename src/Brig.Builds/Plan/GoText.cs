using System.Text;

namespace Brig.Builds.Plan;

/// <summary>Text as Go's <c>%q</c> writes it, which history entries are made with.</summary>
internal static class GoText
{
    internal static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                _ when char.IsControl(c) => $"\\x{(int)c:x2}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    internal static string Quote(IEnumerable<string> texts) => "[" + string.Join(' ', texts.Select(Quote)) + "]";
}
