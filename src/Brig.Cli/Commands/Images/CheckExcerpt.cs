using System.Text;
using Brig.Builds.Checks;

namespace Brig.Cli.Commands.Images;

/// <summary>The lines of a Dockerfile that a finding is about, with their neighbours.</summary>
internal static class CheckExcerpt
{
    private const int Around = 2;

    public static string Of(string text, string name, CheckWarning warning)
    {
        string[] lines = text.Split('\n');
        StringBuilder excerpt = new();
        excerpt.Append(name).Append(':').Append(warning.FirstLine).Append("\n--------------------\n");
        for (int number = Math.Max(1, warning.FirstLine - Around); number <= Math.Min(lines.Length, warning.LastLine + Around); number++)
        {
            bool meant = number >= warning.FirstLine && number <= warning.LastLine;
            excerpt.Append($"{number,4} | {(meant ? ">>>" : "   ")} {lines[number - 1].TrimEnd('\r')}".TrimEnd()).Append('\n');
        }

        return excerpt.Append("--------------------\n").ToString();
    }
}
