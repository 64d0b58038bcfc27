using Brig.Cli.Flags;

namespace Brig.Cli.Commands;

/// <summary>Commands that do one thing to several objects go on after a failure and tell of all.</summary>
internal static class EachArgument
{
    /// <summary>Does the work for each; prints every error as a line, returns 1 where there was one.</summary>
    public static int Run(Invocation call, IEnumerable<string> arguments, Action<string> work)
    {
        int code = 0;
        foreach (string argument in arguments)
        {
            try
            {
                work(argument);
            }
            catch (BrigException error)
            {
                call.Output.Flush();
                call.Error.WriteLine("brig: " + error.Message);
                code = 1;
            }
        }

        return code;
    }
}
