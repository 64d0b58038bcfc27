namespace Brig.Cli.Flags;

/// <summary>The texts that follow a wrong command line, as Docker's client prints them.</summary>
internal static class UsageText
{
    public static string UsageLines(string path, string arguments)
    {
        string[] usages = arguments.Split('\n');
        string first = usages[0].Length == 0 ? $"Usage:  {path}" : $"Usage:  {path} {usages[0]}";
        return usages.Length == 1 ? first : first + string.Concat(usages.Skip(1).Select(usage => $"\n\t{path} {usage}"));
    }

    public static string FlagError(string path, string arguments, string error) =>
        $"{error}\n\n{UsageLines(path, arguments)}\n\nRun '{path} --help' for more information\n";

    public static string ArgumentError(string program, string path, string arguments, string complaint, string verb) =>
        $"{program}: '{path}' {complaint}\n\n{UsageLines(path, arguments)}\n\n{verb} '{path} --help' for more information\n";

    public static string UnknownCommand(string program, string path, string word, IEnumerable<string> known)
    {
        string usage = path == program ? "" : $"Usage:  {path}\n\n";
        return $"{program}: unknown command: {path} {word}\n\n{Suggestion.Describe(word, known)}{usage}Run '{path} --help' for more information\n";
    }
}
