using System.Text.RegularExpressions;

namespace Brig.Builds.Dockerfiles;

/// <summary>Reads parser directives: comments of the form <c>name=value</c> before anything else, each once.</summary>
internal static partial class DirectiveReader
{
    /// <summary>Leaves the reader on the first line that is no directive.</summary>
    internal static Directives Read(PhysicalLines lines)
    {
        Dictionary<string, string> found = new(StringComparer.OrdinalIgnoreCase);
        if (lines.TryPeek(out string? first) && first.StartsWith("#!", StringComparison.Ordinal))
        {
            lines.Skip();
        }

        while (lines.TryPeek(out string? line) && Grammar().Match(line) is { Success: true } match && match.Groups["name"].Value is var name && IsKnown(name))
        {
            lines.Skip();
            if (!found.TryAdd(name, match.Groups["value"].Value))
            {
                throw BrigException.Invalid($"only one {name.ToLowerInvariant()} parser directive can be used");
            }

            if (name.Equals("escape", StringComparison.OrdinalIgnoreCase) && found[name] is not ("\\" or "`"))
            {
                throw BrigException.Invalid($"invalid escape token '{Oci.Text.Quote(found[name])}' does not match ` or \\");
            }
        }

        return new Directives(found.TryGetValue("escape", out string? escape) ? escape[0] : '\\', found.GetValueOrDefault("syntax"), found.GetValueOrDefault("check"));
    }

    private static bool IsKnown(string name) => name.ToLowerInvariant() is "escape" or "syntax" or "check";

    [GeneratedRegex(@"^\s*#\s*(?<name>[a-zA-Z][a-zA-Z0-9]*)\s*=\s*(?<value>\S(?:.*\S)?)\s*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();
}
