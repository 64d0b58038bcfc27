using Brig.Builds.Dockerfiles;
using Brig.Builds.Plan;

namespace Brig.Builds.Checks;

/// <summary>Collects what the build checks find, by what the Dockerfile's <c># check=</c> says. Safe to call from several threads.</summary>
internal sealed class CheckLog
{
    private readonly Lock _lock = new();
    private readonly List<CheckWarning> _warnings = [];
    private readonly HashSet<string> _skipped = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _experimental = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="settings">The directive's value, <c>skip=A,B;error=true;experimental=all</c>; null for none.</param>
    internal CheckLog(string? settings)
    {
        foreach (string setting in (settings ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            string value = equals < 0 ? "" : setting[(equals + 1)..].Trim();
            switch (equals < 0 ? setting : setting[..equals].Trim().ToLowerInvariant())
            {
                case "skip":
                    _skipped.UnionWith(value.Split(',', StringSplitOptions.TrimEntries));
                    break;
                case "experimental":
                    _experimental.UnionWith(value.Split(',', StringSplitOptions.TrimEntries));
                    break;
                case "error":
                    IsError = value.ToLowerInvariant() is "true" or "1" || (value.ToLowerInvariant() is "false" or "0" ? false : throw BrigException.Invalid($"failed to parse check option \"error\": {Oci.Text.Quote(value)}"));
                    break;
                default:
                    throw BrigException.Invalid($"invalid check option \"{Oci.Text.Quote(setting)}\"");
            }
        }
    }

    /// <summary>Whether a finding fails the build.</summary>
    internal bool IsError { get; }

    /// <summary>In the order of their lines.</summary>
    internal IReadOnlyList<CheckWarning> Warnings
    {
        get
        {
            lock (_lock)
            {
                return [.. _warnings.Distinct().OrderBy(warning => warning.FirstLine)];
            }
        }
    }

    internal void Add(CheckRule rule, string detail, SourceLines lines)
    {
        if (_skipped.Contains("all") || _skipped.Contains(rule.Name) || (rule.Experimental && !_experimental.Contains("all") && !_experimental.Contains(rule.Name)))
        {
            return;
        }

        lock (_lock)
        {
            _warnings.Add(new CheckWarning(rule.Name, rule.Address, detail, lines.First, lines.Last));
        }
    }

    /// <summary>A variable without a value was used.</summary>
    internal void Undefined(Instruction instruction, string name, VariableList environment, VariableList args)
    {
        // Parameters of a shell are names that nothing sets.
        if (!char.IsAsciiLetter(name[0]) && name[0] != '_')
        {
            return;
        }

        string suggestion = Suggestion.For(name, environment.All.Concat(args.All).Select(variable => variable.Name)) is { } near ? $" (did you mean ${near}?)" : "";
        Add(CheckRule.UndefinedVar, $"Usage of undefined variable '${name}'{suggestion}", instruction.Lines);
    }
}
