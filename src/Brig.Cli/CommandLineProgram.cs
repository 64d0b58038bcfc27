using Brig.Cli.Commands;
using Brig.Cli.Flags;
using Brig.Cli.Templates;
using Brig.Cli.Text;
using Brig.Linux;

namespace Brig.Cli;

/// <summary>The program as people call it: runs a command and turns what it throws into one line and an exit code.</summary>
internal static class CommandLineProgram
{
    private const int Failure = 1;

    public static int Run(string[] arguments)
    {
        using StreamWriter output = DescriptorStream.Writer(1), error = DescriptorStream.Writer(2);
        bool debug = arguments.TakeWhile(word => word.StartsWith('-')).Any(word => word is "-D" or "--debug");
        try
        {
            int code = CommandCatalogue.Create().Run(arguments, output, error);
            output.Flush();
            return code;
        }
        catch (LinuxException gone) when (gone.Errno == Errno.EPIPE)
        {
            return 128 + 13; // who reads this went away, as for a program that SIGPIPE ends
        }
        catch (ExitException exit)
        {
            TryFlush(output);
            return exit.Code;
        }
        catch (OperationCanceledException)
        {
            TryFlush(output);
            error.WriteLine("brig: interrupted");
            return 130;
        }
        catch (Exception problem) when (problem is BrigException or LinuxException or TemplateException || !debug)
        {
            TryFlush(output);
            error.WriteLine("brig: " + Line(problem));
            if (debug)
            {
                error.WriteLine(problem.ToString());
            }

            return Failure;
        }
        finally
        {
            TryFlush(error);
        }
    }

    private static string Line(Exception problem) => problem switch
    {
        BrigException or LinuxException or TemplateException => problem.Message,
        AggregateException { InnerException: { } inner } => Line(inner),
        _ => $"{problem.Message} (an error inside brig: run again with --debug before the command and report it)",
    };

    private static void TryFlush(TextWriter writer)
    {
        try
        {
            writer.Flush();
        }
        catch (LinuxException)
        {
            // Nobody reads it.
        }
    }
}
