using System.Text;

namespace Brig.Builds.Dockerfiles;

/// <summary>Lines of a Dockerfile as an error shows them, those that are meant marked.</summary>
internal static class Excerpt
{
    private const string First = "brig.first", Last = "brig.last";
    private const int Around = 2, Longest = 40;

    /// <summary>Notes in an error which lines it is about.</summary>
    internal static BrigException Mark(BrigException error, SourceLines lines)
    {
        error.Data[First] = lines.First;
        error.Data[Last] = lines.Last;
        return error;
    }

    /// <summary>The lines an error is about; null where it has none.</summary>
    internal static SourceLines? LinesOf(BrigException error) =>
        error.Data[First] is int first && error.Data[Last] is int last ? new SourceLines(first, last)
        : error.InnerException is BrigException inner ? LinesOf(inner)
        : null;

    internal static string Of(string text, string name, SourceLines lines)
    {
        string[] all = text.Split('\n');
        int from = Math.Max(1, lines.First - Around), to = Math.Min(all.Length, Math.Min(lines.Last + Around, lines.First + Longest));
        StringBuilder excerpt = new();
        excerpt.Append(name).Append(':').Append(lines.First).Append('\n').Append("--------------------\n");
        for (int number = from; number <= to; number++)
        {
            string mark = number >= lines.First && number <= lines.Last ? ">>>" : "   ";
            string line = all[number - 1].TrimEnd('\r');
            excerpt.Append($"{number,4} | {mark} {(line.Length > 400 ? line[..400] : line)}".TrimEnd()).Append('\n');
        }

        return excerpt.Append("--------------------\n").ToString();
    }
}
