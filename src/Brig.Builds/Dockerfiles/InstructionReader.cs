using System.Text;

namespace Brig.Builds.Dockerfiles;

/// <summary>Joins physical lines into instructions: comments out, continuations joined, heredocs attached.</summary>
internal sealed class InstructionReader(PhysicalLines lines, char escape)
{
    private bool _hasEmptyLine;

    /// <summary>The line on which the instruction being read began.</summary>
    internal int First { get; private set; }

    /// <summary>The next instruction; null at the end of the file.</summary>
    internal RawInstruction? Read()
    {
        List<string> comments = [];
        while (true)
        {
            First = lines.Number + 1;
            if (!lines.TryRead(out string? line))
            {
                return null;
            }

            string start = line.TrimStart();
            if (start.Length == 0)
            {
                comments.Clear();
                continue;
            }

            if (start[0] == '#')
            {
                comments.Add(start[1..].Trim());
                continue;
            }

            _hasEmptyLine = false;
            string text = Join(start).Trim();
            if (text.Length > 0)
            {
                return Split(text) with { Comments = comments, HasEmptyLine = _hasEmptyLine };
            }
        }
    }

    /// <summary>An instruction that stands inside another one, as after ONBUILD: its heredocs were read with the outer one.</summary>
    internal static RawInstruction Inner(string text, IReadOnlyList<Heredoc> heredocs, SourceLines source)
    {
        (string keyword, string rest) = KeywordAndRest(text.Trim());
        return new RawInstruction(keyword, rest, heredocs, source);
    }

    private string Join(string first)
    {
        bool more = TrimContinuation(first, out string part);
        if (!more)
        {
            return part;
        }

        StringBuilder joined = new(part);
        while (more && lines.TryRead(out string? line))
        {
            ReadOnlySpan<char> blank = line.AsSpan().Trim();
            _hasEmptyLine |= blank.Length == 0;
            if (blank.Length > 0 && blank[0] != '#')
            {
                more = TrimContinuation(line, out part);
                joined.Append(part);
            }
        }

        return joined.ToString();
    }

    // A line goes on where the escape character ends it (blanks may follow) and is not itself escaped.
    private bool TrimContinuation(string line, out string part)
    {
        ReadOnlySpan<char> trimmed = line.AsSpan().TrimEnd(" \t");
        bool more = trimmed.Length > 0 && trimmed[^1] == escape && (trimmed.Length == 1 || trimmed[^2] != escape);
        part = more ? trimmed[..^1].ToString() : line;
        return more;
    }

    private RawInstruction Split(string text)
    {
        (string keyword, string rest) = KeywordAndRest(text);
        string carrier = keyword == "ONBUILD" ? KeywordAndRest(rest).Keyword : keyword;
        IReadOnlyList<Heredoc> heredocs = carrier is "RUN" or "COPY" or "ADD" && JsonStrings.TryParse(WithoutFlags(keyword, rest)) is null
            ? HeredocReader.Read(rest, escape, lines)
            : [];
        return new RawInstruction(keyword, rest, heredocs, new SourceLines(First, lines.Number)) { Written = text[..keyword.Length] };
    }

    private string WithoutFlags(string keyword, string rest) =>
        InstructionFlags.Split(keyword == "ONBUILD" ? KeywordAndRest(rest).Remainder : rest, escape).Remainder;

    private static (string Keyword, string Remainder) KeywordAndRest(string text)
    {
        int end = text.AsSpan().IndexOfAny(" \t\v\f\r");
        return end < 0 ? (text.ToUpperInvariant(), "") : (text[..end].ToUpperInvariant(), text[end..].Trim());
    }
}
