using System.Text;
using Brig.Cli.Text;

namespace Brig.Cli.Tables;

/// <summary>
/// Lines of tab-separated cells become columns, as Docker's lists have them: at least ten wide, three blanks between. A column goes on
/// as long as the lines below have it; what follows the last tab of a line belongs to none.
/// </summary>
internal static class TabAlignment
{
    private const int Narrowest = 10;
    private const int Gap = 3;

    public static string Align(string text)
    {
        if (!text.Contains('\t'))
        {
            return text;
        }

        string[][] lines = [.. text.Split('\n').Select(line => line.Split('\t'))];
        StringBuilder aligned = new(text.Length * 2);
        Write(aligned, lines, 0, lines.Length, []);
        // The last line has no newline behind it: the text ended there.
        aligned.Length--;
        return aligned.ToString();
    }

    private static void Write(StringBuilder aligned, string[][] lines, int from, int to, List<int> widths)
    {
        int column = widths.Count;
        for (int i = from; i < to; i++)
        {
            if (lines[i].Length - 1 <= column)
            {
                WriteLine(aligned, lines[i], widths);
                continue;
            }

            int end = i;
            int width = Narrowest;
            for (; end < to && lines[end].Length - 1 > column; end++)
            {
                width = Math.Max(width, DisplayWidth.Of(lines[end][column]) + Gap);
            }

            widths.Add(width);
            Write(aligned, lines, i, end, widths);
            widths.RemoveAt(column);
            i = end - 1;
        }
    }

    private static void WriteLine(StringBuilder aligned, string[] cells, List<int> widths)
    {
        for (int i = 0; i < cells.Length - 1; i++)
        {
            aligned.Append(cells[i]).Append(' ', widths[i] - DisplayWidth.Of(cells[i]));
        }

        aligned.Append(cells[^1]).Append('\n');
    }
}
