using Brig.Builds.Cache;
using Brig.Builds.StepMounts;
using Brig.Cli.Text;

namespace Brig.Cli.Commands.Builders;

/// <summary>The build cache as <c>buildx du</c> lists it.</summary>
internal static class CacheTable
{
    private const int IdWidth = 28;

    public static void Write(TextWriter output, TimeProvider time, IEnumerable<CacheRecord> records, IEnumerable<CacheMount> mounts)
    {
        Row(output, "ID", "RECLAIMABLE", "SIZE", "LAST ACCESSED");
        foreach (CacheRecord record in records)
        {
            Row(output, record.Key[..25], record.IsShared ? "false" : "true", Sizes.Human(record.Size), HumanDuration.Ago(record.Used, time));
        }

        foreach (CacheMount mount in mounts)
        {
            Row(output, mount.Digest[..25] + "*", "true", Sizes.Human(mount.Size), HumanDuration.Ago(mount.Used, time));
        }
    }

    private static void Row(TextWriter output, string id, string reclaimable, string size, string used) =>
        output.WriteLine($"{id.PadRight(IdWidth)}{reclaimable.PadRight(13)}{size.PadRight(12)}{used}");
}
