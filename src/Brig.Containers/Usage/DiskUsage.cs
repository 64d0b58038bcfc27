using Brig.Images.Usage;
using Brig.Linux;
using Microsoft.Win32.SafeHandles;

namespace Brig.Containers.Usage;

/// <summary>What a state root takes on the disk, as du(1) counts it. Each file counts in one place.</summary>
public sealed record DiskUsage(StoreUsage Images, IReadOnlyList<ContainerUsage> Containers, IReadOnlyList<VolumeUsage> Volumes)
{
    /// <summary>Docker's four rows, and one for what is unfinished where there is something.</summary>
    public IReadOnlyList<UsageRow> Rows =>
    [
        new("Images", Images.Images.Count, Images.Images.Count(image => image.Containers > 0), Images.ImagesSize, Images.ImagesReclaimable),
        new("Containers", Containers.Count, Containers.Count(IsRunning), Containers.Sum(item => item.Size), Containers.Where(item => !IsRunning(item)).Sum(item => item.Size)),
        new("Local Volumes", Volumes.Count, Volumes.Count(volume => volume.Links > 0), Volumes.Sum(volume => volume.Size), Volumes.Where(volume => volume.Links == 0).Sum(volume => volume.Size)),
        new("Build Cache", Images.CacheEntries, 0, Images.CacheSize, Images.CacheReclaimable),
        .. Images.Unfinished.Any(item => item.Size > 0)
            ? [new UsageRow("Unfinished", Images.Unfinished.Count, Images.Unfinished.Count(item => item.State == UnfinishedState.Held), Images.Unfinished.Sum(item => item.Size), Images.Unfinished.Where(item => item.State != UnfinishedState.Held).Sum(item => item.Size))]
            : Array.Empty<UsageRow>(),
    ];

    public static DiskUsage Of(Engine engine)
    {
        Dictionary<string, int> volumesOf = engine.Database.Query("SELECT container, count(*) FROM volume_uses GROUP BY container", row => (row.GetString(0), (int)row.GetInt64(1))).ToDictionary();
        return new DiskUsage(
            StoreUsage.Of(engine.Images),
            [.. engine.Containers().Select(container => new ContainerUsage(container, Bytes(new ContainerFiles(engine.Root, container.Id).Folder), volumesOf.GetValueOrDefault(container.Id.Value)))],
            engine.Database.Query("SELECT name, (SELECT count(*) FROM volume_uses WHERE volume = name) FROM volumes ORDER BY name",
                row => new VolumeUsage(row.GetString(0), Bytes(Path.Combine(engine.Root.Volumes, row.GetString(0))), (int)row.GetInt64(1))));
    }

    private static bool IsRunning(ContainerUsage item) => item.Container.Status == ContainerStatus.Running;

    private static long Bytes(string path)
    {
        using SafeFileHandle? directory = Files.TryOpenAt(null, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out _);
        return directory is null ? 0 : Trees.DiskUsage(directory);
    }
}
