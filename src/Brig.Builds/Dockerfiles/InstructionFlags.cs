using System.Text;

namespace Brig.Builds.Dockerfiles;

/// <summary>The <c>--name=value</c> words right after an instruction's keyword.</summary>
internal sealed class InstructionFlags
{
    private readonly Dictionary<string, List<string>> _values = [];

    private InstructionFlags()
    {
    }

    /// <summary>The one value of a flag; null where it was not written.</summary>
    internal string? Text(string name) => _values.TryGetValue(name, out List<string>? values) ? values[0] : null;

    internal bool Switch(string name) => Text(name) == "true";

    internal IReadOnlyList<string> List(string name) => _values.GetValueOrDefault(name) ?? [];

    /// <summary>Checks the written flags against those the instruction knows.</summary>
    internal static InstructionFlags Parse(IReadOnlyList<string> written, params ReadOnlySpan<(string Name, FlagKind Kind)> known)
    {
        InstructionFlags flags = new();
        foreach (string word in written)
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? word[2..] : word[2..equals];
            FlagKind kind = KindOf(name, known);
            if (!flags._values.TryGetValue(name, out List<string>? values))
            {
                flags._values[name] = values = [];
            }
            else if (kind != FlagKind.List)
            {
                throw BrigException.Invalid($"duplicate flag specified: {name}");
            }

            values.Add(Value(name, kind, equals < 0 ? null : word[(equals + 1)..]));
        }

        return flags;
    }

    /// <summary>Parts the leading flags from the rest. A lone <c>--</c> ends them and is dropped.</summary>
    internal static (List<string> Flags, string Remainder) Split(string text, char escape)
    {
        List<string> flags = [];
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (!text.AsSpan(at).StartsWith("--"))
            {
                return (flags, text[at..]);
            }

            string word = Word(text, ref at, escape);
            if (word == "--")
            {
                return (flags, text[at..].TrimStart());
            }

            flags.Add(word);
        }
    }

    private static string Value(string name, FlagKind kind, string? written) => (kind, written) switch
    {
        (FlagKind.Switch, null) => "true",
        (FlagKind.Switch, var value) when value.ToLowerInvariant() is "true" or "false" => value.ToLowerInvariant(),
        (FlagKind.Switch, var value) => throw BrigException.Invalid($"expecting boolean value for flag {name}, not: {Oci.Text.Quote(value)}"),
        (_, null) => throw BrigException.Invalid($"missing a value on flag: {name}"),
        (_, var value) => value,
    };

    private static FlagKind KindOf(string name, ReadOnlySpan<(string Name, FlagKind Kind)> known)
    {
        List<string> names = [];
        foreach ((string candidate, FlagKind kind) in known)
        {
            if (candidate == name)
            {
                return kind;
            }

            names.Add(candidate);
        }

        string suggestion = Suggestion.For(name, names) is { } near ? $" (did you mean {near}?)" : "";
        throw BrigException.Invalid($"unknown flag: {Oci.Text.Quote(name)}{suggestion}");
    }

    private static string Word(string text, ref int at, char escape)
    {
        StringBuilder word = new();
        char quote = '\0';
        for (; at < text.Length && (quote != '\0' || !char.IsWhiteSpace(text[at])); at++)
        {
            char c = text[at];
            if (c == escape)
            {
                if (++at < text.Length)
                {
                    word.Append(text[at]);
                }
            }
            else if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                quote = quote == '\0' ? c : '\0';
            }
            else
            {
                word.Append(c);
            }
        }

        at = Math.Min(at, text.Length);
        return word.ToString();
    }
}
