using Brig.Builds.Cache;
using Brig.Builds.StepMounts;
using Brig.Cli.Flags;
using Brig.Cli.Text;
using Brig.Containers;

namespace Brig.Cli.Commands.Builders;

/// <summary><c>builder prune</c>: removes results of builds that no image needs, and cache mounts.</summary>
internal static class BuilderPruneCommand
{
    public static CommandDefinition Definition => new("prune", "[OPTIONS]", "Remove build cache", Run);

    private static int Run(Invocation call)
    {
        BoolFlag all = call.Flags.Bool("all", 'a', "Remove all unused build cache, not just dangling ones");
        ListFlag filters = call.Flags.List("filter", "filter", "Provide filter values (e.g. \"until=24h\")");
        BoolFlag force = call.Flags.Bool("force", 'f', "Do not prompt for confirmation");
        BytesFlag keep = call.Flags.Bytes("keep-storage", "Amount of disk space to keep for cache");
        BytesFlag most = call.Flags.Add(new BytesFlag("max-used-space", '\0', "Maximum amount of disk space allowed to keep for cache"));
        call.Parse(Arity.None);
        (TimeSpan unused, Func<CacheRecord, bool> matches, bool mounts) = Filters(filters.Values);
        if (!force.Value)
        {
            call.Output.Write($"WARNING! This will remove all {(all.Value ? "" : "dangling ")}build cache. Are you sure you want to continue? [y/N] ");
            call.Output.Flush();
            if (Console.ReadLine()?.Trim().ToLowerInvariant() is not ("y" or "yes"))
            {
                return 0;
            }
        }

        using Engine engine = Engines.Open(call);
        BuildCache cache = new(engine.Database, engine.Images, engine.Time);
        long limit = Math.Max(keep.Value, most.Value);
        IReadOnlyList<CacheRecord> gone = cache.Prune(unused, limit, record => matches(record) && (all.Value || !record.IsShared));
        CacheMountStore store = new(engine.Root, engine.Time);
        DateTimeOffset before = engine.Time.GetUtcNow() - unused;
        List<CacheMount> removed = mounts && limit == 0 ? [.. store.List().Where(mount => mount.Used <= before && store.Remove(mount))] : [];
        if (gone.Count + removed.Count > 0)
        {
            CacheTable.Write(call.Output, engine.Time, gone, removed);
        }

        call.Output.WriteLine($"Total reclaimed space: {Sizes.Human(BuildCache.SizeOf(gone) + removed.Sum(mount => mount.Size))}");
        return 0;
    }

    private static (TimeSpan Unused, Func<CacheRecord, bool> Matches, bool Mounts) Filters(IReadOnlyList<string> filters)
    {
        TimeSpan unused = TimeSpan.Zero;
        bool mounts = true;
        List<Func<CacheRecord, bool>> all = [];
        foreach (string filter in filters)
        {
            string[] pair = filter.Split('=', 2);
            string value = pair.Length > 1 ? pair[1] : throw BrigException.Invalid($"invalid argument \"{Oci.Text.Quote(filter)}\" for \"--filter\" flag: invalid filter");
            switch (pair[0])
            {
                case "until" or "unused-for":
                    unused = GoDuration.TryParse(value, out long nanoseconds, out string error) ? TimeSpan.FromTicks(nanoseconds / 100) : throw BrigException.Invalid($"until={Oci.Text.Quote(value)}: {error}");
                    break;
                case "id":
                    all.Add(record => record.Key.StartsWith(value, StringComparison.Ordinal));
                    mounts = false;
                    break;
                case "type":
                    all.Add(record => value == "regular" ? record.Kind != "context" : value == "source.local" && record.Kind == "context");
                    mounts = value == "exec.cachemount";
                    break;
                case "description":
                    all.Add(record => record.Description.Contains(value, StringComparison.Ordinal));
                    mounts = false;
                    break;
                case "shared" or "private":
                    all.Add(record => record.IsShared == (pair[0] == "shared") == (value != "false"));
                    break;
                default:
                    throw BrigException.Invalid($"invalid filter '{Oci.Text.Quote(pair[0])}'");
            }
        }

        return (unused, record => all.TrueForAll(one => one(record)), mounts);
    }
}
