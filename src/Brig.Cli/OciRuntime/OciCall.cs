using Brig.Cli.Flags;
using Brig.Runtime.State;
using Brig.Runtime.Verbs;

namespace Brig.Cli.OciRuntime;

/// <summary>A command of <c>brig oci</c> being carried out.</summary>
internal sealed record OciCall(string Name, string[] Arguments, RuntimeRoot Root, RuntimeSettings Settings, TextWriter Output, uint Umask)
{
    /// <summary>Reads the command's own options; gives what is left, which must be at least and at most so many.</summary>
    internal IReadOnlyList<string> Read(FlagSet flags, int least, int most)
    {
        flags.Interspersed = false;
        FlagOutcome outcome = flags.Parse(Arguments);
        if (outcome.Error is not null)
        {
            throw BrigException.Invalid(outcome.Error);
        }

        if (outcome.HelpWanted)
        {
            OciHelp.Write(Output, Name, flags);
            Output.Flush();
            throw new OciExitException(0, "");
        }

        int count = outcome.Positional.Count;
        return count < least || count > most
            ? throw BrigException.Invalid($"brig oci: \"{Name}\" requires {(least == most ? $"exactly {least}" : count < least ? $"a minimum of {least}" : $"a maximum of {most}")} argument(s)")
            : outcome.Positional;
    }

    /// <summary>The container of the first and only argument.</summary>
    internal RuntimeContainer Container(FlagSet? flags = null) => Root.Open(Read(flags ?? new FlagSet(), 1, 1)[0]);
}
