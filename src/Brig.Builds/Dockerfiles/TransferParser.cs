namespace Brig.Builds.Dockerfiles;

internal static class TransferParser
{
    internal static CopyInstruction Copy(RawInstruction raw, List<string> flags, string rest, char escape)
    {
        InstructionFlags known = InstructionFlags.Parse(flags,
            ("from", FlagKind.Text), ("chown", FlagKind.Text), ("chmod", FlagKind.Text), ("link", FlagKind.Switch),
            ("parents", FlagKind.Switch), ("exclude", FlagKind.List));
        (IReadOnlyList<string> sources, string destination) = Paths(raw, rest, escape);
        return new CopyInstruction
        {
            Keyword = raw.Keyword,
            Text = InstructionParser.Shown(raw),
            Lines = raw.Lines,
            Sources = sources,
            Heredocs = raw.Heredocs,
            Destination = destination,
            From = known.Text("from"),
            Chown = known.Text("chown"),
            Chmod = known.Text("chmod"),
            Link = known.Switch("link"),
            Parents = known.Switch("parents"),
            Excludes = known.List("exclude"),
        };
    }

    internal static AddInstruction Add(RawInstruction raw, List<string> flags, string rest, char escape)
    {
        InstructionFlags known = InstructionFlags.Parse(flags,
            ("chown", FlagKind.Text), ("chmod", FlagKind.Text), ("link", FlagKind.Switch), ("exclude", FlagKind.List),
            ("checksum", FlagKind.Text), ("keep-git-dir", FlagKind.Switch), ("unpack", FlagKind.Switch));
        (IReadOnlyList<string> sources, string destination) = Paths(raw, rest, escape);
        return new AddInstruction
        {
            Keyword = raw.Keyword,
            Text = InstructionParser.Shown(raw),
            Lines = raw.Lines,
            Sources = sources,
            Heredocs = raw.Heredocs,
            Destination = destination,
            Chown = known.Text("chown"),
            Chmod = known.Text("chmod"),
            Link = known.Switch("link"),
            Excludes = known.List("exclude"),
            Checksum = known.Text("checksum"),
            KeepGitDirectory = known.Switch("keep-git-dir"),
            Unpack = known.Text("unpack") is null ? null : known.Switch("unpack"),
        };
    }

    private static (IReadOnlyList<string> Sources, string Destination) Paths(RawInstruction raw, string rest, char escape)
    {
        IReadOnlyList<string> words = JsonStrings.TryParse(rest) ?? (IReadOnlyList<string>)InstructionParser.Words(rest);
        if (words.Count < 2)
        {
            throw BrigException.Invalid(words.Count == 0
                ? $"{raw.Keyword} requires at least two arguments"
                : $"{raw.Keyword} requires at least two arguments, but only one was provided. Destination could not be determined");
        }

        bool IsHeredoc(string word) => raw.Heredocs.Count > 0 && HeredocReader.TryHead(word, escape) is not null;
        return IsHeredoc(words[^1])
            ? throw BrigException.Invalid($"{raw.Keyword} cannot accept a heredoc as a destination")
            : ([.. words.SkipLast(1).Where(word => !IsHeredoc(word))], words[^1]);
    }
}
