using Brig.Cli.Flags;

namespace Brig.Cli.OciRuntime;

/// <summary>The help of one command, in the form that runc's has.</summary>
internal static class OciHelp
{
    internal static void Write(TextWriter output, string command, FlagSet flags)
    {
        output.WriteLine($"NAME:\n   brig oci {command} - {OciProgram.SummaryOf(command)}\n\nUSAGE:\n   brig oci {command} [command options] {Arguments(command)}\n\nOPTIONS:");
        (string Words, string Usage)[] rows = [.. flags.Flags.Select(flag => (Words(flag), flag.Usage + (flag.DefaultText.Length == 0 ? "" : $" (default: {flag.DefaultText})"))), ("--help, -h", "show help")];
        int width = rows.Max(row => row.Words.Length);
        foreach ((string words, string usage) in rows)
        {
            output.WriteLine($"   {words.PadRight(width)}  {usage}");
        }
    }

    private static string Words(Flag flag)
    {
        string value = flag is BoolFlag ? "" : " value";
        return $"--{flag.Name}{value}{(flag.Shorthand == '\0' ? "" : $", -{flag.Shorthand}{value}")}";
    }

    private static string Arguments(string command) => command switch
    {
        "list" or "spec" or "features" => "",
        "exec" => "<container-id> <command> [command options]  || -p process.json <container-id>",
        "kill" => "<container-id> [signal]",
        "ps" => "<container-id> [ps options]",
        _ => "<container-id>",
    };
}
