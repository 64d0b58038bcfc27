using System.Text;
using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Containers;
using Brig.Containers.Verbs;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.Commands.Containers;

internal static class TopCommand
{
    private static readonly string[] s_programs = ["/usr/bin/ps", "/bin/ps"];

    public static CommandDefinition Definition => new("top", "CONTAINER [ps OPTIONS]", "Display the running processes of a container", Run);

    private static int Run(Invocation call)
    {
        call.Flags.Interspersed = false;
        IReadOnlyList<string> words = call.Parse(Arity.AtLeast(1));
        using Engine engine = Engines.Open(call);
        Container container = engine.Container(words[0]);
        IReadOnlySet<int> processes = new ListProcesses(engine).Run(container);
        string[] lines = Ps(words.Count > 1 ? [.. words.Skip(1)] : ["-ef"]);
        string[] header = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int pid = Array.IndexOf(header, "PID");
        if (pid < 0)
        {
            throw BrigException.Invalid("Couldn't find PID field in ps output");
        }

        string[][] rows = [.. lines.Skip(1).Select(line => line.Split(' ', header.Length, StringSplitOptions.RemoveEmptyEntries)).Where(row => row.Length > pid && int.TryParse(row[pid], out int number) && processes.Contains(number))];
        call.Output.Write(TabAlignment.Align(string.Concat(rows.Prepend(header).Select(row => string.Join('\t', row) + "\n"))));
        return 0;
    }

    /// <summary>The lines of the machine's own ps, which knows all the options that people are used to.</summary>
    private static string[] Ps(IReadOnlyList<string> arguments)
    {
        const int Limit = 64 << 20;
        string program = s_programs.FirstOrDefault(File.Exists) ?? throw BrigException.Unsupported("ps was not found (install procps)");
        (SafeFileHandle read, SafeFileHandle write) = Pipes.Create();
        using (read)
        {
            int pid;
            using (write)
            using (SafeFileHandle nothing = Files.Open("/dev/null", OpenFlags.O_RDWR))
            {
                pid = Processes.Spawn(program, ["ps", .. arguments], ["COLUMNS=100000", "PATH=/usr/bin:/bin"], [nothing, write, nothing]);
            }

            string output = Encoding.UTF8.GetString(Files.ReadAll(read, Limit));
            return Processes.Wait(pid) == 0 && output.Length > 0
                ? output.TrimEnd('\n').Split('\n')
                : throw BrigException.Invalid($"ps: bad options: {Oci.Text.Quote(string.Join(' ', arguments))}");
        }
    }
}
