namespace Brig.Builds.Dockerfiles;

/// <summary>RUN, and the exec and shell forms that CMD and ENTRYPOINT share with it.</summary>
internal static class CommandParser
{
    internal static RunInstruction Run(RawInstruction raw, List<string> flags, string rest)
    {
        InstructionFlags known = InstructionFlags.Parse(flags,
            ("mount", FlagKind.List), ("network", FlagKind.Text), ("security", FlagKind.Text), ("device", FlagKind.List));
        CommandLine command = Command(rest, raw.Heredocs);
        if (command.Args.Count == 0)
        {
            throw BrigException.Invalid("RUN requires at least one argument");
        }

        if (known.Text("network") is { } network and not ("default" or "none" or "host"))
        {
            throw BrigException.Invalid($"invalid network mode: \"{Oci.Text.Quote(network)}\" (default, none or host)");
        }

        return new RunInstruction(command, known.List("mount"), known.Text("network"), known.Text("security"), known.List("device"))
        {
            Keyword = raw.Keyword,
            Text = InstructionParser.Shown(raw),
            Lines = raw.Lines,
        };
    }

    /// <summary>An empty list of arguments stands for an instruction that resets what was set.</summary>
    internal static CommandLine Command(string rest, IReadOnlyList<Heredoc> heredocs) =>
        JsonStrings.TryParse(rest) is { } args ? new CommandLine(args, InShell: false, [])
            : new CommandLine(rest.Length == 0 ? [] : [rest], InShell: true, heredocs);
}
