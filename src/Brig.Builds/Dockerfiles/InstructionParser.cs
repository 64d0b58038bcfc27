namespace Brig.Builds.Dockerfiles;

/// <summary>Turns a raw instruction into the record of its kind.</summary>
internal sealed class InstructionParser(char escape)
{
    private static readonly string[] s_keywords =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    internal Instruction Parse(RawInstruction raw)
    {
        if (!s_keywords.AsSpan().Contains(raw.Keyword))
        {
            string suggestion = Suggestion.For(raw.Keyword, s_keywords) is { } near ? $" (did you mean {near}?)" : "";
            throw BrigException.Invalid($"unknown instruction: {Oci.Text.Quote(raw.Keyword)}{suggestion}");
        }

        // A stage name is case-insensitive and ONBUILD's words are another instruction's, its flags too.
        (List<string> flags, string rest) = raw.Keyword == "ONBUILD" ? ([], raw.Rest) : InstructionFlags.Split(raw.Rest, escape);
        Instruction parsed = raw.Keyword switch
        {
            "FROM" => FromParser.Parse(raw, flags, rest),
            "RUN" => CommandParser.Run(raw, flags, rest),
            "COPY" => TransferParser.Copy(raw, flags, rest, escape),
            "ADD" => TransferParser.Add(raw, flags, rest, escape),
            "HEALTHCHECK" => HealthcheckParser.Parse(raw, flags, rest),
            "ONBUILD" => OnbuildParser.Parse(raw, this),
            _ => Plain(raw, flags, rest),
        };
        return parsed with { Written = raw.Written, Comments = raw.Comments, HasEmptyLine = raw.HasEmptyLine };
    }

    /// <summary>How progress shows an instruction; a body shows its first line.</summary>
    internal static string Shown(RawInstruction raw) => raw switch
    {
        { Rest: "" } => raw.Keyword,
        { Keyword: "RUN", Heredocs: [{ } heredoc, ..] } when heredoc.Body.Trim() is { Length: > 0 } body => $"RUN {raw.Rest} ({FirstLine(body)}{(body.Contains('\n', StringComparison.Ordinal) ? "..." : "")})",
        _ => $"{raw.Keyword} {raw.Rest}",
    };

    private static string FirstLine(string body) => body.Split('\n', 2)[0].Trim();

    // The instructions that know no flags.
    private Instruction Plain(RawInstruction raw, List<string> flags, string rest)
    {
        InstructionFlags.Parse(flags);
        (string keyword, string shown, SourceLines lines) = (raw.Keyword, Shown(raw), raw.Lines);
        return keyword switch
        {
            "ARG" => new ArgInstruction(NameValues.ParseArgs(rest, escape)) { Keyword = keyword, Text = shown, Lines = lines },
            "ENV" => new EnvInstruction(NameValues.Parse(keyword, rest, escape)) { IsLegacy = NameValues.IsLegacy(rest, escape), Keyword = keyword, Text = shown, Lines = lines },
            "LABEL" => new LabelInstruction(NameValues.Parse(keyword, rest, escape)) { IsLegacy = NameValues.IsLegacy(rest, escape), Keyword = keyword, Text = shown, Lines = lines },
            "CMD" => new CmdInstruction(CommandParser.Command(rest, [])) { Keyword = keyword, Text = shown, Lines = lines },
            "ENTRYPOINT" => new EntrypointInstruction(CommandParser.Command(rest, [])) { Keyword = keyword, Text = shown, Lines = lines },
            "EXPOSE" => new ExposeInstruction(AtLeastOne(keyword, Words(rest))) { Keyword = keyword, Text = shown, Lines = lines },
            "VOLUME" => new VolumeInstruction(VolumePaths(rest)) { Keyword = keyword, Text = shown, Lines = lines },
            "SHELL" => new ShellInstruction(ShellCommand(rest)) { Keyword = keyword, Text = shown, Lines = lines },
            "USER" => new UserInstruction(ExactlyOne(keyword, rest)) { Keyword = keyword, Text = shown, Lines = lines },
            "WORKDIR" => new WorkdirInstruction(ExactlyOne(keyword, rest)) { Keyword = keyword, Text = shown, Lines = lines },
            "STOPSIGNAL" => new StopSignalInstruction(ExactlyOne(keyword, rest)) { Keyword = keyword, Text = shown, Lines = lines },
            _ => new MaintainerInstruction(ExactlyOne(keyword, rest)) { Keyword = keyword, Text = shown, Lines = lines },
        };
    }

    internal static string[] Words(string rest) => rest.Split([' ', '\t', '\v', '\f', '\r'], StringSplitOptions.RemoveEmptyEntries);

    internal static IReadOnlyList<string> AtLeastOne(string keyword, IReadOnlyList<string> words) =>
        words.Count > 0 ? words : throw BrigException.Invalid($"{keyword} requires at least one argument");

    private static string ExactlyOne(string keyword, string rest) =>
        rest.Length > 0 ? rest : throw BrigException.Invalid($"{keyword} requires exactly one argument");

    private static IReadOnlyList<string> VolumePaths(string rest)
    {
        IReadOnlyList<string> paths = AtLeastOne("VOLUME", JsonStrings.TryParse(rest) ?? (IReadOnlyList<string>)Words(rest));
        return paths.All(path => path.Trim().Length > 0) ? paths : throw BrigException.Invalid("VOLUME specified can not be an empty string");
    }

    private static List<string> ShellCommand(string rest) => JsonStrings.TryParse(rest) switch
    {
        null => throw BrigException.Invalid($"SHELL requires the arguments to be in JSON form, like [\"/bin/bash\", \"-c\"]"),
        [] => throw BrigException.Invalid("SHELL requires at least one argument"),
        var command => command,
    };
}
