namespace Brig.Cli.Commands.Containers;

/// <summary>The values of <c>-e</c> and <c>--env-file</c>: a bare name takes this program's value, and is dropped where it has none.</summary>
internal static class EnvironmentValues
{
    public static IReadOnlyList<string> Read(IEnumerable<string> files, IEnumerable<string> values) => [.. files.SelectMany(ReadFile).Concat(values).Select(Complete).OfType<string>()];

    private static IEnumerable<string> ReadFile(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (IOException error)
        {
            throw BrigException.Invalid($"open {path}: no such file or directory", error);
        }

        return lines.Select(line => line.TrimStart()).Where(line => line.Length > 0 && line[0] != '#').Select(line =>
            line.IndexOf('=', StringComparison.Ordinal) is var at && line.AsSpan(0, at < 0 ? line.Length : at).ContainsAny(' ', '\t')
                ? throw BrigException.Invalid($"invalid env file ({path}): variable '{Oci.Text.Quote(line.Split('=')[0])}' contains whitespaces")
                : line);
    }

    private static string? Complete(string entry)
    {
        if (entry.Length == 0 || entry[0] == '=')
        {
            throw BrigException.Invalid($"invalid environment variable: {Oci.Text.Quote(entry)}");
        }

        return entry.Contains('=', StringComparison.Ordinal) ? entry : Environment.GetEnvironmentVariable(entry) is { } value ? $"{entry}={value}" : null;
    }
}
