namespace Brig.Cli.Commands;

/// <summary>The values of <c>--label</c>.</summary>
internal static class LabelValues
{
    /// <summary>Each <c>name=value</c>, or a name alone with an empty value; a later one of a name counts.</summary>
    public static Dictionary<string, string> Read(IEnumerable<string> values)
    {
        Dictionary<string, string> labels = [];
        foreach (string value in values)
        {
            int equals = value.IndexOf('=', StringComparison.Ordinal);
            labels[equals < 0 ? value : value[..equals]] = equals < 0 ? "" : value[(equals + 1)..];
        }

        return labels;
    }
}
