using System.Text.Json;
using Brig.Cli.Flags;
using Brig.Linux;
using Brig.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Brig.Cli.OciRuntime;

/// <summary>The commands <c>state</c>, <c>list</c> and <c>ps</c>.</summary>
internal static class OciQueries
{
    private static readonly string[] s_places = ["/usr/bin/ps", "/bin/ps"];

    internal static int State(OciCall call)
    {
        call.Output.Write(JsonSerializer.Serialize(call.Container().Answer(), StateJson.Answers.StateAnswer) + "\n");
        call.Output.Flush();
        return 0;
    }

    internal static int List(OciCall call)
    {
        FlagSet flags = new();
        StringFlag format = flags.String("format", 'f', "select one of: table, json", "table");
        BoolFlag quiet = flags.Bool("quiet", 'q', "display only container IDs");
        call.Read(flags, 0, 0);
        List<StateAnswer> all = [.. call.Root.All().Select(container => container.Answer())];
        if (quiet.Value)
        {
            all.ForEach(state => call.Output.WriteLine(state.Id));
        }
        else if (format.Value == "json")
        {
            call.Output.Write(all.Count == 0 ? "null" : JsonSerializer.Serialize(all, StateJson.Default.ListStateAnswer));
        }
        else if (format.Value == "table")
        {
            string[][] rows = [["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"], .. all.Select(state => new[]
            {
                state.Id, state.Pid.ToString(), state.Status, state.Bundle, state.Created.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ"), state.Owner,
            })];
            int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => Math.Max(12, rows.Max(row => row[column].Length + 3)))];
            foreach (string[] row in rows)
            {
                call.Output.WriteLine(string.Concat(row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column]))));
            }
        }
        else
        {
            throw BrigException.Invalid("invalid format option");
        }

        call.Output.Flush();
        return 0;
    }

    internal static int Ps(OciCall call)
    {
        FlagSet flags = new();
        StringFlag format = flags.String("format", 'f', "select one of: table (default) or json", "table");
        IReadOnlyList<string> words = call.Read(flags, 1, int.MaxValue);
        RuntimeContainer container = call.Root.Open(words[0]);
        int[] pids = [.. (container.Cgroup?.AllProcesses() ?? new HashSet<int>()).Where(pid => pid > 0).Order()];
        switch (format.Value)
        {
            case "json":
                call.Output.WriteLine(JsonSerializer.Serialize(pids, StateJson.Default.Int32Array));
                break;
            case "table":
                Table(call, words.Count > 1 ? [.. words.Skip(1)] : ["-ef"], pids);
                break;
            default:
                throw BrigException.Invalid("invalid format option");
        }

        call.Output.Flush();
        return 0;
    }

    /// <summary>The lines of ps(1) whose PID column has one of the container's.</summary>
    private static void Table(OciCall call, string[] options, int[] pids)
    {
        string[] lines = RunPs(options).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int column = lines.Length == 0 ? -1 : Array.IndexOf(lines[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), "PID");
        if (column < 0)
        {
            throw BrigException.Invalid("couldn't find PID field in ps output");
        }

        call.Output.WriteLine(lines[0]);
        foreach (string line in lines.Skip(1))
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > column && int.TryParse(fields[column], out int pid) && pids.Contains(pid))
            {
                call.Output.WriteLine(line);
            }
        }
    }

    private static string RunPs(string[] options)
    {
        string program = s_places.FirstOrDefault(File.Exists) ?? throw BrigException.Unsupported("ps: the program ps is not installed (package procps); --format json needs none");
        (SafeFileHandle read, SafeFileHandle write) = Pipes.Create();
        using (read)
        {
            int pid;
            using (write)
            using (SafeFileHandle nothing = Files.Open("/dev/null", OpenFlags.O_RDWR))
            {
                pid = Processes.Spawn(program, ["ps", .. options], ["PATH=/usr/bin:/bin", "COLUMNS=4096"], [nothing, write, nothing]);
            }

            string text = System.Text.Encoding.UTF8.GetString(Files.ReadAll(read, 64 << 20));
            return Processes.Wait(pid) == 0 ? text : throw BrigException.Invalid("ps: the options are not understood");
        }
    }
}
