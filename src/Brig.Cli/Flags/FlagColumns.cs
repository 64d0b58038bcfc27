using System.Text;

namespace Brig.Cli.Flags;

/// <summary>The options part of a help text: two columns, the second wrapped to the width of the terminal.</summary>
internal static class FlagColumns
{
    public static void Write(StringBuilder text, IEnumerable<Flag> flags, int width)
    {
        List<(string Left, Flag Flag)> rows = [.. flags
            .Where(flag => !flag.Hidden && flag.Deprecated is null)
            .OrderBy(flag => flag.Name, StringComparer.Ordinal)
            .Select(flag => (Left(flag), flag))];
        int column = rows.Count == 0 ? 0 : rows.Max(row => row.Left.Length) + 3;
        foreach ((string left, Flag flag) in rows)
        {
            text.Append(left).Append(' ', column - left.Length);
            string usage = flag.DefaultText.Length == 0 ? flag.Usage : $"{flag.Usage} (default {flag.DefaultText})";
            Wrap(text, usage, column, width - 1);
            text.Append('\n');
        }
    }

    private static string Left(Flag flag)
    {
        string name = flag.Shorthand == 0 ? $"      --{flag.Name}" : $"  -{flag.Shorthand}, --{flag.Name}";
        string value = flag.ValueName.Length == 0 ? name : $"{name} {flag.ValueName}";
        return flag.ImpliedValue is null || flag is BoolFlag ? value : $"{value}[=\"{flag.ImpliedValue}\"]";
    }

    private static void Wrap(StringBuilder text, string usage, int column, int width)
    {
        // A last word of up to five characters may hang over rather than stand alone on a line.
        const int Overhang = 5;
        string indent = "\n" + new string(' ', column);
        int room = width - column;
        if (room < 24)
        {
            indent = "\n" + new string(' ', 16);
            room = width - 16;
            if (room < 24)
            {
                text.Append(usage.Replace("\n", indent, StringComparison.Ordinal));
                return;
            }

            text.Append(indent);
        }

        ReadOnlySpan<char> left = usage;
        for (bool first = true; first || !left.IsEmpty; first = false)
        {
            int cut = Cut(left, room - Overhang, Overhang);
            string line = left[..cut].ToString();
            text.Append(first ? "" : indent).Append(line.Replace("\n", indent, StringComparison.Ordinal));
            left = cut == left.Length ? default : left[(cut + 1)..];
        }
    }

    private static int Cut(ReadOnlySpan<char> text, int room, int overhang)
    {
        if (room + overhang > text.Length)
        {
            return text.Length;
        }

        int blank = text[..room].LastIndexOfAny(' ', '\t', '\n');
        if (blank <= 0)
        {
            return text.Length;
        }

        int newline = text[..room].LastIndexOf('\n');
        return newline > 0 && newline < blank ? newline : blank;
    }
}
