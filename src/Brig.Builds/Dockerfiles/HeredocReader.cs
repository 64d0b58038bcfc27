using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Brig.Builds.Dockerfiles;

/// <summary>Finds <c>&lt;&lt;NAME</c> words in a line and reads the bodies that follow it.</summary>
internal static partial class HeredocReader
{
    internal static List<Heredoc> Read(string rest, char escape, PhysicalLines lines)
    {
        List<Heredoc> heredocs = [];
        if (!rest.Contains("<<", StringComparison.Ordinal))
        {
            return heredocs;
        }

        foreach (string word in ShellWords.Split(rest, escape))
        {
            if (TryHead(word, escape) is { } head)
            {
                heredocs.Add(head with { Body = Body(head, lines) });
            }
        }

        return heredocs;
    }

    /// <summary>The heredoc that a word opens, still without its body; null for other words.</summary>
    internal static Heredoc? TryHead(string word, char escape)
    {
        if (Grammar().Match(word) is not { Success: true } match || match.Groups["name"].Value is not { Length: > 0 } written
            || !int.TryParse(match.Groups["fd"].Value is { Length: > 0 } digits ? digits : "0", CultureInfo.InvariantCulture, out int descriptor))
        {
            return null;
        }

        return ShellWords.TryUnquote(written, escape) is { Length: > 0 } name
            ? new Heredoc(name, descriptor, match.Groups["strip"].Length > 0, name == written, "")
            : null;
    }

    private static string Body(Heredoc head, PhysicalLines lines)
    {
        StringBuilder body = new();
        while (lines.TryRead(out string? line))
        {
            string text = head.StripTabs ? line.TrimStart('\t') : line;
            if (text == head.Name)
            {
                return body.ToString();
            }

            body.Append(text).Append('\n');
        }

        throw BrigException.Invalid($"unterminated heredoc {Oci.Text.Quote(head.Name)}");
    }

    [GeneratedRegex(@"^(?<fd>[0-9]*)<<(?<strip>-?)\s*(?<name>[^<]*)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();
}
