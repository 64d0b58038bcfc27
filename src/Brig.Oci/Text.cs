using System.Text;

namespace Brig.Oci;

/// <summary>Text that came from outside, made fit for one line of an error message.</summary>
public static class Text
{
    /// <summary>At most 200 characters, control characters escaped.</summary>
    public static string Quote(string text)
    {
        StringBuilder line = new();
        foreach (char c in text.Length > 200 ? text.AsSpan(0, 200) : text)
        {
            if (char.IsControl(c))
            {
                line.Append("\\x").Append(((int)c).ToString("x2"));
            }
            else
            {
                line.Append(c);
            }
        }

        return text.Length > 200 ? line.Append('…').ToString() : line.ToString();
    }
}
