using System.Globalization;
using System.Text;

namespace Brig.Cli.Text;

/// <summary>How many columns of a terminal a text takes, and how to cut it to a number of them.</summary>
internal static class DisplayWidth
{
    public static int Of(Rune rune)
    {
        int value = rune.Value;
        if (value < 0x300)
        {
            return value is < 0x20 or (>= 0x7f and < 0xa0) ? 0 : 1;
        }

        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
        {
            return 0;
        }

        return value is (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0xa4cf and not 0x303f) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff)
            or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6) or (>= 0x1f300 and <= 0x1f64f)
            or (>= 0x1f900 and <= 0x1f9ff) or (>= 0x20000 and <= 0x3fffd) ? 2 : 1;
    }

    public static int Of(string text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += Of(rune);
        }

        return width;
    }

    /// <summary>The text, or as much of it as leaves room for an ellipsis.</summary>
    public static string Ellipsis(string text, int columns)
    {
        if (columns <= 0)
        {
            return "";
        }

        if (Of(text) <= columns)
        {
            return text;
        }

        return columns == 1 ? Cut(text, 1) : Cut(text, columns - 1) + "…";
    }

    /// <summary>The longest beginning that takes no more than these columns.</summary>
    public static string Cut(string text, int columns)
    {
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            columns -= Of(rune);
            if (columns < 0)
            {
                break;
            }

            at += rune.Utf16SequenceLength;
        }

        return text[..Math.Min(at, text.Length)];
    }
}
