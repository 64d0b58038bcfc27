using System.Globalization;
using Brig.Cli.Commands.Containers;
using Brig.Cli.Commands.Images;
using Brig.Cli.Tables;
using Brig.Cli.Text;
using Brig.Containers.Usage;
using Brig.Images;
using Brig.Images.Usage;

namespace Brig.Cli.Commands.System;

/// <summary>How <c>system df</c> shows what takes space.</summary>
internal sealed class DfTables(DiskUsage usage, TimeProvider time, bool inBytes)
{
    /// <summary>One line a kind of thing.</summary>
    public void WriteSummary(TextWriter output, string format) => new ListFormat<UsageRow>("*formatter.diskUsageContext",
    [
        new("Type", "TYPE", row => row.Type),
        new("TotalCount", "TOTAL", row => row.Total),
        new("Active", "ACTIVE", row => row.Active),
        new("Size", "SIZE", row => Size(row.Size)),
        new("Reclaimable", "RECLAIMABLE", Reclaimable),
    ], "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}", "{{.Type}}").Write(output, usage.Rows, format, ListDetail.Full);

    /// <summary>Every image, layer, container, volume and the build cache.</summary>
    public void WriteAll(TextWriter output)
    {
        Section(output, "Images space usage:", Images(), usage.Images.Images.SelectMany(image => ImageRow.Of([image.Image], digests: false).Select(row => (row, image))));
        Section(output, "\nLayers space usage:", Layers(), usage.Images.Layers);
        Section(output, "\nContainers space usage:", Containers(), usage.Containers);
        Section(output, "\nLocal Volumes space usage:", Volumes(), usage.Volumes);
        output.WriteLine($"\nBuild cache usage: {Size(usage.Images.CacheSize)}");
    }

    private ListFormat<(ImageRow Row, ImageUsage Usage)> Images() => new("*formatter.imageContext",
    [
        new("Repository", "REPOSITORY", image => image.Row.Repository),
        new("Tag", "TAG", image => image.Row.Tag),
        new("ID", "IMAGE ID", image => image.Usage.Image.Id.Short),
        new("CreatedSince", "CREATED", image => image.Usage.Image.Created is { } created ? HumanDuration.Ago(created, time) : "N/A"),
        new("Size", "SIZE", image => Size(image.Usage.Size)),
        new("SharedSize", "SHARED SIZE", image => Size(image.Usage.Shared)),
        new("UniqueSize", "UNIQUE SIZE", image => Size(image.Usage.Unique)),
        new("Containers", "CONTAINERS", image => image.Usage.Containers),
    ], "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}", "{{.ID}}");

    private ListFormat<LayerUsage> Layers() => new("*formatter.layerContext",
    [
        new("ID", "LAYER", layer => layer.DiffId.Digest.Short),
        new("Tree", "FILES", layer => Size(layer.Tree)),
        new("Blobs", "BLOBS", layer => Size(layer.Blobs)),
        new("SharedBy", "IN", layer => layer.Images.Count),
        new("Users", "IMAGES", layer => string.Join(", ", layer.Images.Select(Name))),
    ], "{{.ID}}\t{{.Tree}}\t{{.Blobs}}\t{{.SharedBy}}\t{{.Users}}", "{{.ID}}");

    private ListFormat<ContainerUsage> Containers() => new("*formatter.ContainerContext",
    [
        new("ID", "CONTAINER ID", item => item.Container.Id.Short),
        new("Image", "IMAGE", item => item.Container.Specification.Image),
        new("Command", "COMMAND", item => CommandLine.QuoteShort(item.Container.Specification.Arguments)),
        new("LocalVolumes", "LOCAL VOLUMES", item => item.Volumes),
        new("Size", "SIZE", item => Size(item.Size)),
        new("RunningFor", "CREATED", item => HumanDuration.Ago(item.Container.Created, time)),
        new("Status", "STATUS", item => StatusText.Of(item.Container)),
        new("Names", "NAMES", item => item.Container.Name),
    ], "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}", "{{.ID}}");

    private ListFormat<VolumeUsage> Volumes() => new("*formatter.volumeContext",
    [
        new("Name", "VOLUME NAME", volume => volume.Name),
        new("Links", "LINKS", volume => volume.Links),
        new("Size", "SIZE", volume => Size(volume.Size)),
    ], "{{.Name}}\t{{.Links}}\t{{.Size}}", "{{.Name}}");

    private static void Section<T>(TextWriter output, string title, ListFormat<T> format, IEnumerable<T> items)
    {
        output.WriteLine(title + "\n");
        format.Write(output, items, "", ListDetail.Full);
    }

    private string Name(Image image) => usage.Images.IsListed(image) ? image.Tags is [var tag, ..] ? tag.Familiar : $"{image.Id.Short} ({image.Platform})" : "(build cache)";

    private string Size(long bytes) => inBytes ? bytes.ToString(CultureInfo.InvariantCulture) : Sizes.Human(bytes);

    private string Reclaimable(UsageRow row) =>
        row.Size > 0 ? $"{Size(row.Reclaimable)} ({(row.Reclaimable * 100 / row.Size).ToString(CultureInfo.InvariantCulture)}%)" : Size(row.Reclaimable);
}
