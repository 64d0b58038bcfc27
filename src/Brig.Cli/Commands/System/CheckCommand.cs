using Brig.Cli.Flags;
using Brig.Containers;
using Brig.Containers.Checks;
using Brig.Images;

namespace Brig.Cli.Commands.System;

internal static class CheckCommand
{
    public static CommandDefinition Definition => new("check", "[OPTIONS]", "Look for what killed processes left behind", Run)
    {
        Description = "Look for what killed processes left behind: containers without a monitor, cgroups, addresses, rules,\n"
            + "sockets, directories and layers of nobody; and prove that every blob has the digest it is named by, and every\n"
            + "layer the files that it was unpacked with. What others take back or go on with by themselves is told of and\n"
            + "is no damage; the exit code is 1 where something else is left that is not in order.",
    };

    private static int Run(Invocation call)
    {
        BoolFlag repair = call.Flags.Bool("repair", "Put right what can be put right");
        BoolFlag quick = call.Flags.Bool("quick", "Do not read the content of files and blobs: only their sizes, times, owners, modes and attributes");
        call.Parse(Arity.None);
        using Engine engine = Engines.Open(call);
        return Tell(call.Output, new SystemCheck(engine).Run(repair.Value ? CheckMode.Repair : CheckMode.Report, quick.Value ? CheckDepth.Quick : CheckDepth.Full));
    }

    internal static int Tell(TextWriter output, IReadOnlyList<CheckFinding> findings)
    {
        foreach (CheckFinding finding in findings)
        {
            output.WriteLine(finding.Repaired ? $"{finding.Problem}: repaired" : finding.Problem);
        }

        if (findings.Count == 0)
        {
            output.WriteLine("everything is in order");
        }
        else if (findings.All(finding => finding.IsLeftover && !finding.Repaired))
        {
            output.WriteLine("everything else is in order");
        }

        return findings.All(finding => finding.Repaired || finding.IsLeftover) ? 0 : 1;
    }
}
