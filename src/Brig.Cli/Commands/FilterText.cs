namespace Brig.Cli.Commands;

/// <summary>The values of <c>--filter</c>.</summary>
internal static class FilterText
{
    /// <summary>Reads <c>key=value</c> (and <c>key!=value</c>, as the key <c>key!</c>); throws Invalid in Docker's words for a key that is not known.</summary>
    public static (string Key, string Value) Split(string text, IReadOnlyCollection<string> known)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            throw BrigException.Invalid($"invalid argument \"{Oci.Text.Quote(text)}\" for \"-f, --filter\" flag: bad format of filter (expected name=value)");
        }

        string key = text[..equals].Trim().ToLowerInvariant();
        return known.Contains(key) ? (key, text[(equals + 1)..].Trim()) : throw BrigException.Invalid($"invalid filter '{Oci.Text.Quote(key)}'");
    }

    public static bool Truth(string key, string value) => value switch
    {
        "1" or "t" or "true" or "True" or "TRUE" => true,
        "0" or "f" or "false" or "False" or "FALSE" => false,
        _ => throw BrigException.Invalid($"invalid filter '{key}=[{Oci.Text.Quote(value)}]'"),
    };

    /// <param name="wanted"><c>name</c> or <c>name=value</c>.</param>
    public static bool HasLabel(IReadOnlyDictionary<string, string> labels, string wanted) =>
        wanted.Split('=', 2) is var pair && labels.TryGetValue(pair[0], out string? value) && (pair.Length == 1 || pair[1] == value);
}
