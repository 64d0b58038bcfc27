using System.Text.RegularExpressions;

namespace Brig.Builds.Dockerfiles;

internal static partial class FromParser
{
    internal static FromInstruction Parse(RawInstruction raw, List<string> flags, string rest)
    {
        InstructionFlags known = InstructionFlags.Parse(flags, ("platform", FlagKind.Text));
        string[] words = InstructionParser.Words(rest);
        string? name = words switch
        {
            [_] => null,
            [_, var infix, var stage] when infix.Equals("as", StringComparison.OrdinalIgnoreCase) => StageName(stage),
            _ => throw BrigException.Invalid("FROM requires either one or three arguments"),
        };
        return new FromInstruction(words[0], known.Text("platform"), name) { Keyword = raw.Keyword, Text = InstructionParser.Shown(raw), Lines = raw.Lines, As = name is null ? null : words[1], WrittenName = name is null ? null : words[2] };
    }

    private static string StageName(string written) => written.ToLowerInvariant() switch
    {
        var name when Grammar().IsMatch(name) => name,
        _ => throw BrigException.Invalid($"invalid name for build stage: \"{Oci.Text.Quote(written)}\", name can't start with a number or contain symbols"),
    };

    [GeneratedRegex(@"^[a-z][a-z0-9_.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Grammar();
}
