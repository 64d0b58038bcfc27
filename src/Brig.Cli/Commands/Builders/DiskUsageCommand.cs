using Brig.Builds.Cache;
using Brig.Builds.StepMounts;
using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Containers;

namespace Brig.Cli.Commands.Builders;

/// <summary><c>buildx du</c>: what the build cache holds.</summary>
internal static class DiskUsageCommand
{
    public static CommandDefinition Definition => new("du", "[OPTIONS]", "Disk usage of the build cache", Run);

    private static int Run(Invocation call)
    {
        BoolFlag verbose = call.Flags.Bool("verbose", "Provide a more verbose output");
        call.Parse(Arity.None);
        using Engine engine = Engines.Open(call);
        // A copy may be known by two keys.
        IReadOnlyList<CacheRecord> records = [.. new BuildCache(engine.Database, engine.Images, engine.Time).List().DistinctBy(record => (record.Image, record.Description))];
        IReadOnlyList<CacheMount> mounts = new CacheMountStore(engine.Root, engine.Time).List();
        if (verbose.Value)
        {
            Whole(call, records, mounts);
        }
        else
        {
            CacheTable.Write(call.Output, engine.Time, records, mounts);
        }

        long shared = records.Where(record => record.IsShared).DistinctBy(record => record.Image).Sum(record => record.Size);
        long own = BuildCache.SizeOf(records) + mounts.Sum(mount => mount.Size);
        foreach ((string name, long size) in (ReadOnlySpan<(string, long)>)[("Shared:", shared), ("Private:", own), ("Reclaimable:", own), ("Total:", shared + own)])
        {
            call.Output.WriteLine($"{name}\t\t{Sizes.Human(size)}");
        }

        return 0;
    }

    private static void Whole(Invocation call, IReadOnlyList<CacheRecord> records, IReadOnlyList<CacheMount> mounts)
    {
        foreach (CacheRecord record in records)
        {
            call.Output.WriteLine($"ID:\t\t{record.Key}\nCreated at:\t{record.Created:O}\nMutable:\tfalse\nReclaimable:\t{(record.IsShared ? "false" : "true")}\nShared:\t\t{(record.IsShared ? "true" : "false")}\nSize:\t\t{Sizes.Human(record.Size)}\nDescription:\t{record.Description}\nUsage count:\t{record.Hits}\nLast used:\t{record.Used:O}\nType:\t\t{(record.Kind == "run" ? "regular" : record.Kind)}\n");
        }

        foreach (CacheMount mount in mounts)
        {
            call.Output.WriteLine($"ID:\t\t{mount.Digest}\nCreated at:\t{mount.Created:O}\nMutable:\ttrue\nReclaimable:\ttrue\nShared:\t\tfalse\nSize:\t\t{Sizes.Human(mount.Size)}\nDescription:\tcached mount {mount.Target} with id \"{mount.Id}\"\nLast used:\t{mount.Used:O}\nType:\t\texec.cachemount\n");
        }
    }
}
