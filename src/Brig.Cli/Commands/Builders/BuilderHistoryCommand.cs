using System.Globalization;
using Brig.Builds.Records;
using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Containers;

namespace Brig.Cli.Commands.Builders;

/// <summary><c>build history</c>: the last builds and their logs.</summary>
internal static class BuilderHistoryCommand
{
    public static CommandDefinition Definition => new("history", "ls | logs [ID] | inspect [ID] | rm ID...", "Look at the builds that were", Run);

    public static int Run(Invocation call) => Run(call, call.Parse(Arity.Any));

    public static int Run(Invocation call, IReadOnlyList<string> words)
    {
        using Engine engine = Engines.Open(call);
        BuildHistory history = new(engine.Root);
        string id = words.Count > 1 ? words[1] : "";
        switch (words.Count == 0 ? "ls" : words[0])
        {
            case "ls" or "list":
                List(call, engine, history);
                return 0;
            case "logs":
                call.Output.Write(Linux.Files.TryReadText(history.LogOf(history.Get(id)), 64 << 20) ?? "");
                return 0;
            case "inspect":
                Inspect(call, history.Get(id));
                return 0;
            case "rm" when words.Count > 1:
                foreach (string one in words.Skip(1))
                {
                    history.Remove(history.Get(one));
                    call.Output.WriteLine(one);
                }

                return 0;
            default:
                throw BrigException.Invalid("brig builder history ls | logs [ID] | inspect [ID] | rm ID...");
        }
    }

    private static void List(Invocation call, Engine engine, BuildHistory history)
    {
        call.Output.WriteLine($"{"BUILD ID",-28}{"NAME",-30}{"STATUS",-12}{"CREATED AT",-22}DURATION");
        foreach (BuildRecord record in history.List())
        {
            string name = record.Name.Length > 27 ? record.Name[..26] + "…" : record.Name;
            call.Output.WriteLine($"{record.Id,-28}{name,-30}{record.Status,-12}{HumanDuration.Ago(record.Started, engine.Time),-22}{record.Seconds.ToString("0.0", CultureInfo.InvariantCulture)}s");
        }
    }

    private static void Inspect(Invocation call, BuildRecord record)
    {
        call.Output.WriteLine($"Name:\t\t{record.Name}\nStatus:\t\t{record.Status}\nStarted:\t{record.Started:O}\nDuration:\t{record.Seconds.ToString("0.0", CultureInfo.InvariantCulture)}s\nBuild Steps:\t{record.Steps} ({record.CachedSteps} cached)\nImage:\t\t{record.Image}");
        if (record.Error.Length > 0)
        {
            call.Output.WriteLine($"Error:\t\t{record.Error}");
        }
    }
}
