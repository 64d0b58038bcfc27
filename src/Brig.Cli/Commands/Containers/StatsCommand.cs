using System.Globalization;
using System.Runtime.InteropServices;
using Brig.Cli.Flags;
using Brig.Cli.Tables;
using Brig.Cli.Text;
using Brig.Containers;
using Brig.Containers.Statistics;
using Brig.Containers.Verbs;

namespace Brig.Cli.Commands.Containers;

internal static class StatsCommand
{
    private const string Home = "\u001b[H\u001b[J";
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    public static CommandDefinition Definition => new("stats", "[OPTIONS] [CONTAINER...]", "Display a live stream of container(s) resource usage statistics", Run);

    private static int Run(Invocation call)
    {
        BoolFlag all = call.Flags.Bool("all", 'a', "Show all containers (default shows just running)");
        StringFlag format = call.Flags.String("format", ListFlags.FormatUsage);
        BoolFlag once = call.Flags.Bool("no-stream", "Disable streaming stats and only pull the first result");
        BoolFlag whole = call.Flags.Bool("no-trunc", "Do not truncate output");
        IReadOnlyList<string> names = call.Parse(Arity.Any);
        using Engine engine = Engines.Open(call);
        using ManualResetEventSlim stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            stop.Set();
        });
        MeasureContainer measure = new(engine);
        IReadOnlyList<Container> Chosen() => names.Count > 0
            ? [.. names.Select(engine.Container)]
            : [.. engine.Containers().Where(container => container.Specification.Step is null && (all.Value || container.Status == ContainerStatus.Running))];

        Dictionary<string, ContainerSample?> before = Sample(Chosen());
        ListFormat<StatsRow> list = Format(whole.Value);
        while (!stop.Wait(s_pause))
        {
            IReadOnlyList<Container> containers = Chosen();
            Dictionary<string, ContainerSample?> now = Sample(containers);
            if (!once.Value)
            {
                call.Output.Write(Home);
            }

            list.Write(call.Output, containers.Select(container => new StatsRow(container, before.GetValueOrDefault(container.Id.Value), now[container.Id.Value])), format.Value, ListDetail.Full);
            call.Output.Flush();
            if (once.Value)
            {
                return 0;
            }

            before = now;
        }

        return 0;

        Dictionary<string, ContainerSample?> Sample(IEnumerable<Container> containers) => containers.DistinctBy(container => container.Id.Value).ToDictionary(container => container.Id.Value, measure.Run);
    }

    private static ListFormat<StatsRow> Format(bool whole) => new(
        "*formatter.statsContext",
        [
            new("Container", "CONTAINER", row => whole ? row.Container.Id.Value : row.Container.Id.Short),
            new("ID", "CONTAINER ID", row => whole ? row.Container.Id.Value : row.Container.Id.Short),
            new("Name", "NAME", row => row.Container.Name),
            new("CPUPerc", "CPU %", row => Percent(row.Cpu)),
            new("MemUsage", "MEM USAGE / LIMIT", row => row.Now is { } now ? $"{Sizes.Binary(now.Memory)} / {Sizes.Binary(now.MemoryLimit)}" : "-- / --"),
            new("MemPerc", "MEM %", row => Percent(row.Now is { MemoryLimit: > 0 } now ? 100.0 * now.Memory / now.MemoryLimit : row.Now is null ? null : 0)),
            new("NetIO", "NET I/O", row => row.Now is { } now ? $"{Sizes.Human(now.NetworkReceived, 3)} / {Sizes.Human(now.NetworkSent, 3)}" : "--"),
            new("BlockIO", "BLOCK I/O", row => row.Now is { } now ? $"{Sizes.Human(now.BlockRead, 3)} / {Sizes.Human(now.BlockWritten, 3)}" : "--"),
            new("PIDs", "PIDS", row => row.Now is { } now ? now.Processes.ToString(CultureInfo.InvariantCulture) : "--"),
        ],
        "{{.ID}}\\t{{.Name}}\\t{{.CPUPerc}}\\t{{.MemUsage}}\\t{{.MemPerc}}\\t{{.NetIO}}\\t{{.BlockIO}}\\t{{.PIDs}}",
        "{{.ID}}");

    private static string Percent(double? value) => value is { } number ? number.ToString("F2", CultureInfo.InvariantCulture) + "%" : "--";
}
