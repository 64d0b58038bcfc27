namespace Brig.Builds.Dockerfiles;

internal static class OnbuildParser
{
    internal static OnbuildInstruction Parse(RawInstruction raw, InstructionParser parser)
    {
        if (raw.Rest.Length == 0)
        {
            throw BrigException.Invalid("ONBUILD requires at least one argument");
        }

        RawInstruction inner = InstructionReader.Inner(raw.Rest, raw.Heredocs, raw.Lines);
        switch (inner.Keyword)
        {
            case "ONBUILD":
                throw BrigException.Invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
            case "FROM" or "MAINTAINER":
                throw BrigException.Invalid($"{inner.Keyword} isn't allowed as an ONBUILD trigger");
        }

        parser.Parse(inner);
        string bodies = string.Concat(raw.Heredocs.Select(heredoc => $"\n{heredoc.Body}{heredoc.Name}"));
        return new OnbuildInstruction(raw.Rest + bodies) { Keyword = raw.Keyword, Text = InstructionParser.Shown(raw), Lines = raw.Lines };
    }
}
